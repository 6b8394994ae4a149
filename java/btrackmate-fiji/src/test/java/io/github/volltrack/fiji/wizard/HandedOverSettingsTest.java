/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.wizard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fiji.plugin.trackmate.Model;
import fiji.plugin.trackmate.Settings;
import fiji.plugin.trackmate.detection.SpotDetectorFactoryBase;
import fiji.plugin.trackmate.gui.components.ConfigurationPanel;
import fiji.plugin.trackmate.providers.DetectorProvider;
import fiji.plugin.trackmate.providers.TrackerProvider;
import fiji.plugin.trackmate.tracking.TrackerKeys;
import io.github.volltrack.fiji.Movies;
import io.github.volltrack.fiji.detect.LabelDetectorFactory;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdom2.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The maps that TrackMate's wizard hands to a check, and then to a page; the wizard itself needs a screen. */
class HandedOverSettingsTest {

    private final PruningTrackerFactory tracker = new PruningTrackerFactory();
    private final LabelDetectorFactory<?> detector = new LabelDetectorFactory<>();

    static List<String> trackers() {
        return new TrackerProvider().getKeys();
    }

    static List<String> detectors() {
        return new DetectorProvider().getKeys();
    }

    static List<String> trackerSettings() {
        return Arrays.asList(new PruningTrackerFactory().getDefaultSettings().keySet().toArray(new String[0]));
    }

    static List<String> detectorSettings() {
        return Arrays.asList(LabelDetectorSettings.defaults().keySet().toArray(new String[0]));
    }

    @ParameterizedTest
    @MethodSource("trackers")
    void onlyOurOwnTrackerSettingsPass(final String other) {
        final Map<String, Object> settings = new TrackerProvider().getFactory(other).getDefaultSettings();
        assertEquals(PruningTrackerFactory.KEY.equals(other), tracker.checkSettingsValidity(settings), other);
        requireShown(trackerPage(), asTheWizardDoes(settings, tracker.getDefaultSettings()));
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void onlyOurOwnDetectorSettingsPass(final String other) {
        final SpotDetectorFactoryBase<?> factory = new DetectorProvider().getFactory(other);
        final Map<String, Object> settings = factory.getDefaultSettings();
        assertEquals(LabelDetectorFactory.KEY.equals(other), detector.checkSettings(settings), other);
        requireShown(detectorPage(), asTheWizardDoes(settings, detector.getDefaultSettings()));
    }

    @ParameterizedTest
    @MethodSource("trackerSettings")
    void trackerSettingThatIsMissingOrNullIsRefusedByName(final String key) {
        final Map<String, Object> settings = tracker.getDefaultSettings();
        settings.put(key, null);
        assertFalse(tracker.checkSettingsValidity(settings));
        assertTrue(tracker.getErrorMessage().contains(key), tracker.getErrorMessage());
        settings.remove(key);
        assertFalse(tracker.checkSettingsValidity(settings));
        assertTrue(tracker.getErrorMessage().contains(key + " is missing"), tracker.getErrorMessage());
    }

    @ParameterizedTest
    @MethodSource("detectorSettings")
    void detectorSettingThatIsMissingOrNullIsRefusedByName(final String key) {
        final Map<String, Object> settings = LabelDetectorSettings.defaults();
        settings.put(key, null);
        assertFalse(detector.checkSettings(settings));
        assertTrue(detector.getErrorMessage().contains(key), detector.getErrorMessage());
        settings.remove(key);
        assertFalse(detector.checkSettings(settings));
        assertTrue(detector.getErrorMessage().contains(key + " is missing"), detector.getErrorMessage());
    }

    @Test
    void noSettingsAtAllAreRefusedAndShownAsDefaults() {
        assertFalse(tracker.checkSettingsValidity(null));
        assertFalse(tracker.checkSettingsValidity(new HashMap<>()));
        assertFalse(detector.checkSettings(null));
        assertFalse(detector.checkSettings(new HashMap<>()));
        for (final ConfigurationPanel page : Arrays.asList(trackerPage(), detectorPage())) {
            final Map<String, Object> before = page.getSettings();
            page.setSettings(null);
            assertEquals(before, page.getSettings());
            page.setSettings(Collections.emptyMap());
            assertEquals(before, page.getSettings());
        }
    }

    @ParameterizedTest
    @MethodSource("trackerSettings")
    void trackersPageStandsEveryValue(final String key) {
        requireStands(trackerPage(), tracker.getDefaultSettings(), key);
    }

    @ParameterizedTest
    @MethodSource("detectorSettings")
    void detectorsPageStandsEveryValue(final String key) {
        requireStands(detectorPage(), LabelDetectorSettings.defaults(), key);
    }

    @Test
    void numbersOfAnotherKindAreShownAsWhatTheyAre() {
        final ConfigurationPanel page = detectorPage();
        final Map<String, Object> settings = LabelDetectorSettings.defaults();
        settings.put(LabelDetectorSettings.KEY_MIN_VOLUME, 12);
        settings.put(LabelDetectorSettings.KEY_MAX_VOLUME, "1500,5");
        settings.put(LabelDetectorSettings.KEY_LABEL_CHANNEL, 2.0);
        settings.put(LabelDetectorSettings.KEY_TISSUE_CHANNEL, "3");
        settings.put(LabelDetectorSettings.KEY_TISSUE_LABELS, 4);
        settings.put(LabelDetectorSettings.KEY_BORDER_IS_SURFACE, "True");
        settings.put("RADIUS", 5.0); // of another detector
        page.setSettings(settings);
        final Map<String, Object> shown = page.getSettings();
        assertEquals(12.0, shown.get(LabelDetectorSettings.KEY_MIN_VOLUME));
        assertEquals(1500.5, shown.get(LabelDetectorSettings.KEY_MAX_VOLUME));
        assertEquals(2, shown.get(LabelDetectorSettings.KEY_LABEL_CHANNEL));
        assertEquals(3, shown.get(LabelDetectorSettings.KEY_TISSUE_CHANNEL));
        assertEquals("4", shown.get(LabelDetectorSettings.KEY_TISSUE_LABELS));
        assertEquals(true, shown.get(LabelDetectorSettings.KEY_BORDER_IS_SURFACE));
        assertTrue(detector.checkSettings(shown), detector.getErrorMessage());

        final ConfigurationPanel linking = trackerPage();
        final Map<String, Object> steps = tracker.getDefaultSettings();
        steps.put(TrackerKeys.KEY_LINKING_MAX_DISTANCE, 7);
        steps.put(TrackerKeys.KEY_GAP_CLOSING_MAX_FRAME_GAP, 3.0);
        steps.put(PruneKeys.KEY_MIN_LENGTH, "4");
        linking.setSettings(steps);
        assertEquals(7.0, linking.getSettings().get(TrackerKeys.KEY_LINKING_MAX_DISTANCE));
        assertEquals(3, linking.getSettings().get(TrackerKeys.KEY_GAP_CLOSING_MAX_FRAME_GAP));
        assertEquals(4.0, linking.getSettings().get(PruneKeys.KEY_MIN_LENGTH));
    }

    @Test
    void penaltyOnAFeatureThatTheModelHasNotIsKept() {
        final Map<String, Object> settings = tracker.getDefaultSettings();
        settings.put(TrackerKeys.KEY_LINKING_FEATURE_PENALTIES, Collections.singletonMap("MEAN_INTENSITY_CH3", 1.5));
        final ConfigurationPanel page = trackerPage();
        page.setSettings(settings);
        assertEquals(settings, page.getSettings());
    }

    @ParameterizedTest
    @MethodSource("trackerSettings")
    void olderTrackerFileIsReadWithTheDefaultOfWhatItLacks(final String key) {
        final Element element = new Element("TrackerSettings");
        assertTrue(tracker.marshall(tracker.getDefaultSettings(), element), tracker.getErrorMessage());
        element.removeAttribute(key);
        element.getChildren().forEach(child -> child.removeAttribute(key));
        final Map<String, Object> read = new HashMap<>();
        assertTrue(tracker.unmarshall(element, read), tracker.getErrorMessage());
        assertEquals(tracker.getDefaultSettings(), read);
    }

    @Test
    void damagedFileIsSaidAndLeavesNoNulls() {
        final Element element = new Element("DetectorSettings");
        final Map<String, Object> settings = LabelDetectorSettings.defaults();
        settings.put(LabelDetectorSettings.KEY_TISSUE_FILE, "tissue.tif");
        assertTrue(detector.marshall(settings, element), detector.getErrorMessage());
        element.setAttribute(LabelDetectorSettings.KEY_MIN_VOLUME, "much");
        element.setAttribute(LabelDetectorSettings.KEY_LABEL_CHANNEL, "");
        final Map<String, Object> read = new HashMap<>();
        assertFalse(detector.unmarshall(element, read));
        assertTrue(detector.getErrorMessage().contains("MIN_VOLUME='much'"), detector.getErrorMessage());
        assertTrue(detector.getErrorMessage().contains("TARGET_CHANNEL=''"), detector.getErrorMessage());
        assertEquals(settings, read, "the others are read");

        final Element other = new Element("TrackerSettings");
        assertTrue(tracker.marshall(tracker.getDefaultSettings(), other), tracker.getErrorMessage());
        other.setAttribute(PruneKeys.KEY_UNIT, "MOONS");
        final Map<String, Object> linking = new HashMap<>();
        assertFalse(tracker.unmarshall(other, linking));
        assertTrue(tracker.getErrorMessage().contains("'MOONS'"), tracker.getErrorMessage());
        assertFalse(linking.containsValue(null));
    }

    @Test
    void partOfASettingsMapIsSavedWithItsDefaults() {
        final Element element = new Element("TrackerSettings");
        assertTrue(tracker.marshall(Collections.singletonMap(PruneKeys.KEY_MIN_LENGTH, 3.0), element),
                tracker.getErrorMessage());
        final Map<String, Object> read = new HashMap<>();
        assertTrue(tracker.unmarshall(element, read), tracker.getErrorMessage());
        assertEquals(3.0, read.get(PruneKeys.KEY_MIN_LENGTH));
        assertTrue(tracker.checkSettingsValidity(read), tracker.getErrorMessage());
        assertFalse(tracker.marshall(null, element));
        assertNotNull(detector.marshal(null, element));
    }

    /** TrackMate's wizard: our keys, with the values of the old map, which are null where it has none. */
    private static Map<String, Object> asTheWizardDoes(
            final Map<String, Object> old, final Map<String, Object> defaults) {
        final Map<String, Object> handed = new HashMap<>();
        defaults.keySet().forEach(key -> handed.put(key, old == null ? null : old.get(key))); // the manual one has none
        return handed;
    }

    private static void requireShown(final ConfigurationPanel page, final Map<String, Object> handed) {
        page.setSettings(handed);
        final Map<String, Object> shown = page.getSettings();
        assertEquals(handed.keySet(), shown.keySet());
        handed.forEach((key, value) -> {
            assertNotNull(shown.get(key), key);
            if (value != null) {
                assertEquals(value, shown.get(key), key);
            }
        });
    }

    private static void requireStands(
            final ConfigurationPanel page, final Map<String, Object> defaults, final String key) {
        for (final Object value : new Object[] {null, 1, -1, 1_000_000, 2.5, Double.NaN, 1e300, "", "word", "7", true, 'c',
            Collections.singletonMap("QUALITY", "x"), Collections.singletonMap(null, null), new Object()}) {
            final Map<String, Object> settings = new HashMap<>(defaults);
            settings.put(key, value);
            page.setSettings(settings);
            final Map<String, Object> shown = page.getSettings();
            assertEquals(defaults.keySet(), shown.keySet());
            assertEquals(defaults.get(key) instanceof Map, shown.get(key) instanceof Map, key + " = " + value);
            if (!(defaults.get(key) instanceof Map)) {
                assertEquals(defaults.get(key).getClass(), shown.get(key).getClass(), key + " = " + value);
            }
        }
    }

    private ConfigurationPanel trackerPage() {
        return tracker.getTrackerConfigurationPanel(new Model());
    }

    private ConfigurationPanel detectorPage() {
        return detector.getDetectorConfigurationPanel(new Settings(Movies.dividingCell()), new Model());
    }
}
