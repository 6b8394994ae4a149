/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.io.File;
import java.util.Map;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Opens TrackMate on the cells of a CSV. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Import Cells CSV...", headless = true)
public final class ImportCellsCommand extends DetectionCommand {

    @Parameter(label = "Cells CSV", persist = false)
    private File cells;

    @Parameter(label = "Save as", style = "save", required = false, persist = false)
    private File out;

    @Override
    protected void work() {
        final Map<String, Object> settings = tissueSettings();
        settings.put(LabelDetectorSettings.KEY_CELLS_FILE, path(cells));
        final TrackMateSession session = TrackMateSession.make(
                image(), settings, new PruningTrackerFactory().getDefaultSettings(), logger());
        session.detect();
        finish(session, out);
    }
}
