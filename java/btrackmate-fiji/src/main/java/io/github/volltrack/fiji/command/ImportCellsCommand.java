/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import ij.ImagePlus;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.settings.SettingsSchema;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.io.File;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Opens TrackMate on the cells of a CSV. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Import Cells CSV...", headless = true)
public final class ImportCellsCommand extends DetectionCommand {

    @Parameter(label = "Movie", persist = false)
    private ImagePlus image;

    @Parameter(label = "Cells CSV", persist = false)
    private File cells;

    @Parameter(label = MEASURE_ANEW, description = MEASURE_ANEW_HELP, required = false, persist = false)
    private boolean measureAnew;

    @Parameter(label = TISSUE_CHANNEL, min = "0", required = false, persist = false)
    private int tissueChannel;

    @Parameter(label = TISSUE_FILE, required = false, persist = false)
    private File tissueFile;

    @Parameter(label = TISSUE_LABELS, required = false, persist = false)
    private String tissueLabels = "";

    @Parameter(label = MIN_INSIDE_FRACTION, min = "0", max = "1", required = false, persist = false)
    private double minInsideFraction = SettingsSchema.CELL_FILTER.number("min_inside_fraction");

    @Parameter(label = MIN_VOLUME, min = "0", required = false, persist = false)
    private double minVolume;

    @Parameter(label = MAX_VOLUME, min = "0", required = false, persist = false)
    private double maxVolume;

    @Parameter(label = "Save as", style = "save", required = false, persist = false)
    private File out;

    @Override
    protected void work() {
        final Map<String, Object> settings =
                tissueSettings(tissueChannel, tissueFile, tissueLabels, minInsideFraction, minVolume, maxVolume);
        settings.put(LabelDetectorSettings.KEY_CELLS_FILE, path(cells));
        settings.put(LabelDetectorSettings.KEY_MEASURE_ANEW, measureAnew);
        final TrackMateSession session = TrackMateSession.make(
                image, settings, new PruningTrackerFactory().getDefaultSettings(), logger());
        session.detect();
        finish(session, out);
    }
}
