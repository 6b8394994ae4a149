/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.wizard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Logger;
import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.TrackMate;
import fiji.plugin.trackmate.io.SettingsPersistence;
import fiji.plugin.trackmate.providers.DetectorProvider;
import fiji.plugin.trackmate.providers.TrackerProvider;
import ij.ImagePlus;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.Sessions;
import io.github.volltrack.fiji.detect.LabelDetectorFactory;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.awt.AWTError;
import java.awt.GraphicsEnvironment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our pages are reached in TrackMate's own wizard, whatever was chosen before. */
@Tag("screen")
@DisabledIf(value = "hasNoScreen", disabledReason = "TrackMate's wizard needs a screen")
class WizardTest {

    @TempDir
    private Path folder;

    static boolean hasNoScreen() {
        try {
            return GraphicsEnvironment.isHeadless()
                    || GraphicsEnvironment.getLocalGraphicsEnvironment().getScreenDevices().length == 0;
        } catch (final AWTError | NoClassDefFoundError error) { // a display is named, but nobody answers
            return true;
        }
    }

    static List<String> trackers() {
        return new TrackerProvider().getVisibleKeys();
    }

    static List<String> detectors() {
        return new DetectorProvider().getVisibleKeys();
    }

    @Test
    void bothListsHoldOurs() {
        assertTrue(trackers().size() > 5 && trackers().contains(PruningTrackerFactory.KEY), trackers().toString());
        assertTrue(detectors().size() > 5 && detectors().contains(LabelDetectorFactory.KEY), detectors().toString());
    }

    @ParameterizedTest
    @MethodSource("trackers")
    void trackerIsReachedAfterEveryTracker(final String other) throws InterruptedException {
        final TrackMate trackmate = open(Movies.dividingCell());
        trackmate.getSettings().trackerFactory = new TrackerProvider().getFactory(other);
        trackmate.getSettings().trackerSettings = trackmate.getSettings().trackerFactory.getDefaultSettings();
        final Wizard wizard = Wizard.open(trackmate, Wizard.CHOOSE_TRACKER);
        requireOurTracker(wizard); // fresh: the other is what TrackMate starts with

        wizard.previous();
        wizard.choose(other);
        wizard.next(); // through the other's own page, where it has one
        wizard.previous();
        if (!Wizard.CHOOSE_TRACKER.equals(wizard.page())) {
            wizard.previous();
        }
        requireOurTracker(wizard);
    }

    @ParameterizedTest
    @MethodSource("trackers")
    void trackerIsReachedAfterEveryTrackerOfTheLastTime(final String other) throws InterruptedException {
        final Settings last = open(Movies.dividingCell()).getSettings();
        last.trackerFactory = new TrackerProvider().getFactory(other);
        last.trackerSettings = last.trackerFactory.getDefaultSettings();
        SettingsPersistence.saveLastUsedSettings(last, Logger.VOID_LOGGER);
        final TrackMate trackmate = openAsLastTime(Movies.dividingCell());
        assertEquals(other, trackmate.getSettings().trackerFactory.getKey());
        requireOurTracker(Wizard.open(trackmate, Wizard.CHOOSE_TRACKER));
    }

    @ParameterizedTest
    @MethodSource("trackers")
    void trackerIsReachedAfterEveryTrackerOfAFile(final String other) throws Exception {
        final ImagePlus movie = Movies.dividingCell();
        final TrackMate saved = open(movie);
        saved.getSettings().trackerFactory = new TrackerProvider().getFactory(other);
        saved.getSettings().trackerSettings = saved.getSettings().trackerFactory.getDefaultSettings();
        Sessions.save(saved, folder.resolve("session.xml").toFile());
        final TrackMate trackmate = Sessions.open(folder.resolve("session.xml").toFile(), movie);
        assertEquals(other, trackmate.getSettings().trackerFactory.getKey());
        requireOurTracker(Wizard.open(trackmate, Wizard.CHOOSE_TRACKER));
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void detectorIsReachedAfterEveryDetector(final String other) throws InterruptedException {
        final TrackMate trackmate = open(Movies.dividingCell());
        trackmate.getSettings().detectorFactory = new DetectorProvider().getFactory(other);
        trackmate.getSettings().detectorSettings = trackmate.getSettings().detectorFactory.getDefaultSettings();
        final Wizard wizard = Wizard.open(trackmate, Wizard.CHOOSE_DETECTOR);
        requireOurDetector(wizard);

        wizard.previous();
        wizard.choose(other);
        wizard.next();
        wizard.previous();
        if (!Wizard.CHOOSE_DETECTOR.equals(wizard.page())) {
            wizard.previous();
        }
        requireOurDetector(wizard);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void detectorIsReachedAfterEveryDetectorOfTheLastTime(final String other) throws InterruptedException {
        final Settings last = open(Movies.dividingCell()).getSettings();
        last.detectorFactory = new DetectorProvider().getFactory(other);
        last.detectorSettings = last.detectorFactory.getDefaultSettings();
        SettingsPersistence.saveLastUsedSettings(last, Logger.VOID_LOGGER);
        final TrackMate trackmate = openAsLastTime(Movies.dividingCell());
        assertEquals(other, trackmate.getSettings().detectorFactory.getKey());
        requireOurDetector(Wizard.open(trackmate, Wizard.CHOOSE_DETECTOR));
    }

    @Test
    void whatWasChangedOnOurPagesIsThereAfterwards() throws InterruptedException {
        final TrackMate trackmate = open(Movies.dividingCell());
        final Wizard wizard = Wizard.open(trackmate, Wizard.CHOOSE_TRACKER);
        requireOurTracker(wizard);
        final Map<String, Object> changed = new PruningTrackerFactory().getDefaultSettings();
        changed.put(PruneKeys.KEY_MIN_LENGTH, 3.5);
        changed.put(PruneKeys.KEY_UNIT, "TIME");
        wizard.show(changed);
        wizard.previous();
        assertEquals(changed, trackmate.getSettings().trackerSettings);
        wizard.next();
        assertEquals(changed, wizard.shownSettings());
        assertEquals(changed, openAsLastTime(Movies.dividingCell()).getSettings().trackerSettings);
    }

    @Test
    void fileOfOlderSettingsOpensOnOurPages() throws Exception {
        final ImagePlus movie = Movies.dividingCell();
        final TrackMate saved =
                Sessions.make(movie, LabelDetectorSettings.defaults(), new PruningTrackerFactory().getDefaultSettings());
        final Path file = folder.resolve("older.xml");
        Sessions.save(saved, file.toFile());
        final String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        final String older = text.replaceAll("MEASURE_ANEW=\"[^\"]*\"|PRUNE_\\w+=\"[^\"]*\"|MIN_TRACKLET_LENGTH=\"[^\"]*\"", "");
        assertTrue(older.length() < text.length() - 60);
        Files.write(file, older.getBytes(StandardCharsets.UTF_8));
        final Wizard linking = Wizard.open(Sessions.open(file.toFile(), movie), Wizard.CONFIGURE_TRACKER);
        assertEquals(new PruningTrackerFactory().getDefaultSettings(), linking.shownSettings());
        final Wizard finding = Wizard.open(Sessions.open(file.toFile(), movie), Wizard.CONFIGURE_DETECTOR);
        assertEquals(LabelDetectorSettings.defaults(), finding.shownSettings());
    }

    @Test
    void wholeWizardIsClickedThrough() throws InterruptedException {
        final TrackMate trackmate = open(Movies.dividingCell());
        final Wizard wizard = Wizard.open(trackmate, "StartDialog");
        wizard.next();
        requireOurDetector(wizard);
        final Map<String, Object> detector = LabelDetectorSettings.defaults();
        detector.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, 3);
        wizard.show(detector);
        clickTo(wizard, Wizard.CHOOSE_TRACKER);
        requireOurTracker(wizard);
        final Map<String, Object> tracker = wizard.shownSettings();
        tracker.put(PruneKeys.KEY_MIN_LENGTH, 4.0);
        wizard.show(tracker);
        clickTo(wizard, "ConfigureViews");
        final List<String> links = Sessions.links(trackmate.getModel());
        assertTrue(links.contains("3 1 > 4 2"), links.toString());
        assertFalse(links.toString().contains(" 3,"), "the short daughter is pruned");
    }

    private static void clickTo(final Wizard wizard, final String page) throws InterruptedException {
        for (int click = 0; click < 10 && !page.equals(wizard.page()); click++) {
            wizard.next();
        }
        assertEquals(page, wizard.page());
    }

    /** From the page of choice to ours; what is shown passes TrackMate's check. */
    private static void requireOurTracker(final Wizard wizard) throws InterruptedException {
        final PruningTrackerFactory factory = new PruningTrackerFactory();
        wizard.choose(PruningTrackerFactory.KEY);
        wizard.next();
        assertEquals(Wizard.CONFIGURE_TRACKER, wizard.page());
        assertTrue(factory.checkSettingsValidity(wizard.shownSettings()), factory.getErrorMessage());
    }

    private static void requireOurDetector(final Wizard wizard) throws InterruptedException {
        final LabelDetectorFactory<?> factory = new LabelDetectorFactory<>();
        wizard.choose(LabelDetectorFactory.KEY);
        wizard.next();
        assertEquals(Wizard.CONFIGURE_DETECTOR, wizard.page());
        assertTrue(factory.checkSettings(wizard.shownSettings()), factory.getErrorMessage());
    }

    private static TrackMate open(final ImagePlus movie) {
        return withModel(SettingsPersistence.getDefaultSettings(movie));
    }

    /** What TrackMate's plug-in does when it is started: the settings that were used last. */
    private static TrackMate openAsLastTime(final ImagePlus movie) {
        final Settings settings = SettingsPersistence.readLastUsedSettings(movie, Logger.VOID_LOGGER);
        settings.addAllAnalyzers();
        return withModel(settings);
    }

    private static TrackMate withModel(final Settings settings) {
        final Model model = new Model();
        model.setLogger(Logger.VOID_LOGGER);
        model.setPhysicalUnits("um", "min");
        final TrackMate trackmate = new TrackMate(model, settings);
        trackmate.setNumThreads(1);
        return trackmate;
    }
}
