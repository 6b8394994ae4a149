/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.action;

import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.action.AbstractTMAction;
import fiji.plugin.trackmate.action.TrackMateAction;
import fiji.plugin.trackmate.action.TrackMateActionFactory;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.core.prune.PruneSettings;
import io.github.volltrack.core.prune.Removal;
import io.github.volltrack.fiji.NamedModule;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.TrackletRemoval;
import java.awt.Frame;
import java.awt.GraphicsEnvironment;
import java.util.Map;
import org.scijava.plugin.Plugin;

/** Shows the short tracklets and removes them; without a screen removes them by the tracker's settings. */
public final class PruneAction extends AbstractTMAction {

    /** TrackMate's name of this action. */
    public static final String KEY = "BTRACKMATE_PRUNE";

    /** Its name in menus. */
    public static final String NAME = "Prune short tracklets (BTrackMate)";

    @Override
    public void execute(
            final TrackMate trackmate,
            final SelectionModel selection,
            final DisplaySettings display,
            final Frame parent) {
        final Map<String, Object> settings =
                SettingsMap.complete(trackmate.getSettings().trackerSettings, PruneKeys.defaults());
        if (!GraphicsEnvironment.isHeadless()) {
            new PruneDialog(trackmate, selection, parent, logger, settings).setVisible(true);
            return;
        }
        try {
            pruneAtOnce(trackmate, PruneKeys.of(settings));
        } catch (final VollTrackException exception) {
            logger.error(NAME + ": " + exception.getMessage() + "\n");
        }
    }

    private void pruneAtOnce(final TrackMate trackmate, final PruneSettings rules) {
        final TrackletRemoval removal = TrackletRemoval.find(trackmate.getModel(), rules);
        for (final Removal one : removal.removals()) {
            logger.log("Removed " + one + "\n");
        }
        removal.apply();
        updateFeatures(trackmate);
        logger.log("Short tracklets removed: " + removal.removals().size() + "; their spots stay, unlinked.\n");
    }

    /** Computes what TrackMate shows of links and tracks anew. */
    static void updateFeatures(final TrackMate trackmate) {
        trackmate.computeEdgeFeatures(false);
        trackmate.computeTrackFeatures(false);
    }

    /** Finds this action for TrackMate. */
    @Plugin(type = TrackMateActionFactory.class)
    public static final class Factory extends NamedModule implements TrackMateActionFactory {

        /** Makes the factory. */
        public Factory() {
            super(KEY, NAME, "Lists daughters that end before a minimum length, removes them on request, and puts them "
                    + "back. What is removed are links; spots stay, unlinked. Choose a row to see its spots.");
        }

        @Override
        public TrackMateAction create() {
            return new PruneAction();
        }
    }
}
