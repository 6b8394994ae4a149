/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.fiji.session.OpenSessions;
import io.github.volltrack.fiji.session.TrackMateSession;
import io.github.volltrack.fiji.settings.SettingsSchema;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.TrackletRemoval;
import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Prunes the tracks of a file, or of the open session; TrackMate's action does the latter with a preview and undo. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Prune Short Tracklets...", headless = true)
public final class PruneCommand extends ReportingCommand {

    @Parameter(
            label = "TrackMate file",
            description = "Without one, the TrackMate window that BTrackMate opened last is pruned",
            required = false,
            persist = false)
    private File tracks;

    @Parameter(label = "Minimum tracklet length", min = "0", persist = false)
    private double minTrackletLength = SettingsSchema.PRUNE.number("min_tracklet_length");

    @Parameter(label = "in", choices = {"FRAMES", "TIME"}, required = false, persist = false)
    private String unit = SettingsSchema.PRUNE.word("unit");

    @Parameter(label = "Daughters that end early", required = false, persist = false)
    private boolean leafTracklets = SettingsSchema.PRUNE.isOn("leaf_tracklets");

    @Parameter(label = "Also tracks without division", required = false, persist = false)
    private boolean wholeTracks = SettingsSchema.PRUNE.isOn("whole_tracks");

    @Parameter(label = "Also tracklets before the first division", required = false, persist = false)
    private boolean rootTracklets = SettingsSchema.PRUNE.isOn("root_tracklets");

    @Parameter(label = "Save as", style = "save", required = false, persist = false)
    private File out;

    @Parameter(type = ItemIO.OUTPUT)
    private int removedTracklets;

    @Override
    protected void work() {
        final boolean isFile = isGiven(tracks);
        if (isFile && tracks.equals(out)) {
            throw new BadSettingsException("'" + out + "' is the file that is read: choose another name to save as");
        }
        final Map<String, Object> settings = new HashMap<>();
        settings.put(PruneKeys.KEY_MIN_LENGTH, minTrackletLength);
        settings.put(PruneKeys.KEY_UNIT, unit);
        settings.put(PruneKeys.KEY_LEAF_TRACKLETS, leafTracklets);
        settings.put(PruneKeys.KEY_WHOLE_TRACKS, wholeTracks);
        settings.put(PruneKeys.KEY_ROOT_TRACKLETS, rootTracklets);
        final TrackMateSession session = isFile ? TrackMateSession.open(tracks, logger()) : OpenSessions.latest();
        if (minTrackletLength == 0) {
            throw new BadSettingsException("minimum tracklet length 0 removes nothing: give the shortest tracklet to keep");
        }
        final TrackletRemoval removal =
                TrackletRemoval.find(session.trackmate().getModel(), PruneKeys.of(settings));
        removal.apply();
        session.trackmate().computeEdgeFeatures(false);
        session.trackmate().computeTrackFeatures(false);
        removedTracklets = removal.removals().size();
        if (isFile) {
            finish(session, out);
        } else if (isGiven(out)) { // its window is open already
            session.save(out);
        }
    }
}
