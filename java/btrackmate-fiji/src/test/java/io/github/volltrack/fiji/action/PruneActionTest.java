/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.SelectionModel;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.action.TrackMateAction;
import fiji.plugin.trackmate.gui.displaysettings.DisplaySettings;
import fiji.plugin.trackmate.tracking.TrackerKeys;
import io.github.volltrack.core.prune.LengthUnit;
import io.github.volltrack.core.prune.PruneSettings;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.Sessions;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.feature.TrackletFeatures;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import io.github.volltrack.fiji.track.TrackletRemoval;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PruneActionTest {

    private TrackMate session;
    private Model model;

    @BeforeEach
    void trackWithoutPruning() {
        final Map<String, Object> tracker = new PruningTrackerFactory().getDefaultSettings();
        tracker.put(TrackerKeys.KEY_LINKING_MAX_DISTANCE, 3.0);
        tracker.put(TrackerKeys.KEY_SPLITTING_MAX_DISTANCE, 5.0);
        tracker.put(PruneKeys.KEY_MIN_LENGTH, 0.0);
        session = Sessions.make(Movies.dividingCell(), LabelDetectorSettings.defaults(), tracker);
        assertTrue(session.process(), session.getErrorMessage());
        model = session.getModel();
    }

    @Test
    void previewChangesNothingAndUndoPutsAllBack() {
        final List<String> before = Sessions.links(model);
        final TrackletRemoval removal = TrackletRemoval.find(model, PruneSettings.shorterThan(9, LengthUnit.TIME));
        assertEquals(1, removal.removals().size());
        assertEquals(6, removal.removals().get(0).length(), "minutes from the division in frame 3 to frame 5");
        assertEquals(3, removal.spotsOf(0).size());
        assertEquals(before, Sessions.links(model));
        removal.apply();
        assertTrue(removal.isApplied());
        assertEquals(before.size() - 2, Sessions.links(model).size());
        removal.undo();
        assertEquals(before, Sessions.links(model));
        assertFalse(removal.isApplied());
    }

    @Test
    void undoPassesOverASpotThatWasDeleted() {
        final TrackletRemoval removal = TrackletRemoval.find(model, PruneSettings.shorterThan(3, LengthUnit.FRAMES));
        removal.apply();
        model.beginUpdate();
        model.removeSpot(removal.spotsOf(0).stream()
                .filter(spot -> spot.getFeature("FRAME") == 5)
                .findAny()
                .get());
        model.endUpdate();
        removal.undo();
        assertTrue(Sessions.links(model).contains("3 1 > 4 3"));
        assertFalse(Sessions.links(model).contains("4 3 > 5 3"));
    }

    @Test
    void settingsWithGapsPruneByTheDefaults() {
        final List<String> before = Sessions.links(model);
        session.getSettings().trackerSettings.put(PruneKeys.KEY_MIN_LENGTH, null);
        session.getSettings().trackerSettings.put(PruneKeys.KEY_LEAF_TRACKLETS, "true");
        session.getSettings().trackerSettings.remove(PruneKeys.KEY_UNIT);
        final StringBuilder log = new StringBuilder();
        final TrackMateAction action = new PruneAction.Factory().create();
        action.setLogger(new Logger.StringBuilderLogger(log));
        action.execute(session, new SelectionModel(model), DisplaySettings.defaultStyle(), null);
        assertTrue(log.toString().contains("Short tracklets removed: 0"), log.toString()); // 0 = off, as in Python
        assertEquals(before, Sessions.links(model));
    }

    @Test
    void actionWithoutScreenPrunesByTheTrackersSettings() {
        session.getSettings().trackerSettings.put(PruneKeys.KEY_MIN_LENGTH, 3.0);
        final StringBuilder log = new StringBuilder();
        final TrackMateAction action = new PruneAction.Factory().create();
        action.setLogger(new Logger.StringBuilderLogger(log));
        action.execute(session, new SelectionModel(model), DisplaySettings.defaultStyle(), null);
        assertFalse(Sessions.links(model).contains("3 1 > 4 3"));
        assertTrue(log.toString().contains("Short tracklets removed: 1"), log.toString());
        for (final Integer track : model.getTrackModel().trackIDs(false)) {
            assertEquals(0, model.getFeatureModel().getTrackFeature(track, TrackletFeatures.NUMBER_DIVISIONS));
        }
    }
}
