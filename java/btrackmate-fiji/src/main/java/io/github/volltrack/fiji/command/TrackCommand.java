/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import fiji.plugin.trackmate.tracking.TrackerKeys;
import ij.ImagePlus;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.settings.SettingsSchema;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.io.File;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Detects, filters, links and prunes in one go. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Track...", headless = true)
public final class TrackCommand extends DetectionCommand {

    @Parameter(label = "Movie", persist = false)
    private ImagePlus image;

    @Parameter(label = "Label channel", min = "1", required = false, persist = false)
    private int labelChannel = 1;

    @Parameter(label = "or label file", required = false, persist = false)
    private File labelFile;

    @Parameter(label = "or cells CSV", required = false, persist = false)
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

    @Parameter(label = "Largest step between frames", min = "0", required = false, persist = false)
    private double linkingDistance = SettingsSchema.LINK.number("max_distance");

    @Parameter(label = "Largest step over a gap", min = "0", required = false, persist = false)
    private double gapDistance = SettingsSchema.LINK.number("gap_max_distance");

    @Parameter(label = "Largest gap (frames)", min = "0", required = false, persist = false)
    private int maxFrameGap = SettingsSchema.LINK.whole("max_frame_gap");

    @Parameter(label = "Largest step of a daughter (0: no divisions)", min = "0", required = false, persist = false)
    private double divisionDistance = SettingsSchema.LINK.number("splitting_max_distance");

    @Parameter(label = "Minimum tracklet length (0: off)", min = "0", required = false, persist = false)
    private double minTrackletLength = SettingsSchema.PRUNE.number("min_tracklet_length");

    @Parameter(label = "in", choices = {"FRAMES", "TIME"}, required = false, persist = false)
    private String unit = SettingsSchema.PRUNE.word("unit");

    @Parameter(label = "Save as", style = "save", required = false, persist = false)
    private File out;

    @Override
    protected void work() {
        final Map<String, Object> detector =
                tissueSettings(tissueChannel, tissueFile, tissueLabels, minInsideFraction, minVolume, maxVolume);
        detector.put(LabelDetectorSettings.KEY_LABEL_CHANNEL, labelChannel);
        detector.put(LabelDetectorSettings.KEY_LABEL_FILE, path(labelFile));
        detector.put(LabelDetectorSettings.KEY_CELLS_FILE, path(cells));
        detector.put(LabelDetectorSettings.KEY_MEASURE_ANEW, measureAnew);
        final TrackMateSession session = TrackMateSession.make(image, detector, trackerSettings(), logger());
        session.track();
        finish(session, out);
    }

    private Map<String, Object> trackerSettings() {
        final Map<String, Object> settings = new PruningTrackerFactory().getDefaultSettings();
        settings.put(TrackerKeys.KEY_LINKING_MAX_DISTANCE, linkingDistance);
        settings.put(TrackerKeys.KEY_GAP_CLOSING_MAX_DISTANCE, gapDistance);
        settings.put(TrackerKeys.KEY_GAP_CLOSING_MAX_FRAME_GAP, maxFrameGap);
        settings.put(TrackerKeys.KEY_ALLOW_TRACK_SPLITTING, divisionDistance > 0);
        settings.put(TrackerKeys.KEY_SPLITTING_MAX_DISTANCE, divisionDistance);
        settings.put(PruneKeys.KEY_MIN_LENGTH, minTrackletLength);
        settings.put(PruneKeys.KEY_UNIT, unit);
        return settings;
    }
}
