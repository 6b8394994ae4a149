/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.settings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import fiji.plugin.trackmate.tracking.TrackerKeys;
import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.core.filter.CellFilterSettings;
import io.github.volltrack.core.prune.LengthUnit;
import io.github.volltrack.core.prune.PruneSettings;
import io.github.volltrack.fiji.command.ImportCellsCommand;
import io.github.volltrack.fiji.command.ImportLabelsCommand;
import io.github.volltrack.fiji.command.PruneCommand;
import io.github.volltrack.fiji.command.TrackCommand;
import io.github.volltrack.fiji.detect.LabelDetectorSettings;
import io.github.volltrack.fiji.track.PruneKeys;
import io.github.volltrack.fiji.track.PruningTrackerFactory;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.plugin.Parameter;

/** Dialogs, pages and TrackMate's maps start with Python's defaults and have its ranges; the file is read a second way. */
class SettingsSchemaTest {

    /** Fields of commands and what they are called in Python. */
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("minInsideFraction", "cell_filter.min_inside_fraction");
        NAMES.put("minVolume", "cell_filter.min_volume");
        NAMES.put("maxVolume", "cell_filter.max_volume");
        NAMES.put("linkingDistance", "link.max_distance");
        NAMES.put("gapDistance", "link.gap_max_distance");
        NAMES.put("maxFrameGap", "link.max_frame_gap");
        NAMES.put("divisionDistance", "link.splitting_max_distance");
        NAMES.put("minTrackletLength", "prune.min_tracklet_length");
        NAMES.put("unit", "prune.unit");
        NAMES.put("leafTracklets", "prune.leaf_tracklets");
        NAMES.put("wholeTracks", "prune.whole_tracks");
        NAMES.put("rootTracklets", "prune.root_tracklets");
    }

    @ParameterizedTest
    @ValueSource(classes = {TrackCommand.class, PruneCommand.class, ImportCellsCommand.class, ImportLabelsCommand.class})
    void commandsHaveTheDefaultsAndRanges(final Class<?> command) throws Exception {
        final Object made = command.getDeclaredConstructor().newInstance();
        int seen = 0;
        for (final Field field : command.getDeclaredFields()) {
            final String name = NAMES.get(field.getName());
            if (name == null) {
                continue;
            }
            field.setAccessible(true);
            final JsonElement standard = defaultOf(name);
            final Object value = field.get(made);
            if (value instanceof String) {
                assertEquals(standard.getAsString(), ((String) value).toLowerCase(), name);
                assertEquals(entry(name).getAsJsonArray("enum").size(),
                        field.getAnnotation(Parameter.class).choices().length, name);
            } else if (value instanceof Boolean) {
                assertEquals(standard.getAsBoolean(), value, name);
            } else { // a dialog cannot show "none": there it is 0
                assertEquals(standard.isJsonNull() ? 0 : standard.getAsDouble(), ((Number) value).doubleValue(), name);
                requireLimit(field.getAnnotation(Parameter.class).min(), name, "minimum", "exclusiveMinimum");
                requireLimit(field.getAnnotation(Parameter.class).max(), name, "maximum", "exclusiveMaximum");
            }
            seen++;
        }
        assertTrue(seen >= 3, "found " + seen);
    }

    @Test
    void mapsOfTrackMateHaveTheDefaults() throws Exception {
        final Map<String, Object> tracker = new PruningTrackerFactory().getDefaultSettings();
        assertEquals(defaultOf("prune.min_tracklet_length").getAsDouble(), tracker.get(PruneKeys.KEY_MIN_LENGTH));
        assertEquals(defaultOf("prune.unit").getAsString().toUpperCase(), tracker.get(PruneKeys.KEY_UNIT));
        assertEquals(defaultOf("prune.leaf_tracklets").getAsBoolean(), tracker.get(PruneKeys.KEY_LEAF_TRACKLETS));
        assertEquals(defaultOf("prune.whole_tracks").getAsBoolean(), tracker.get(PruneKeys.KEY_WHOLE_TRACKS));
        assertEquals(defaultOf("prune.root_tracklets").getAsBoolean(), tracker.get(PruneKeys.KEY_ROOT_TRACKLETS));
        // TrackMate's own constants, which Python's settings say to be theirs
        assertEquals(defaultOf("link.max_distance").getAsDouble(), tracker.get(TrackerKeys.KEY_LINKING_MAX_DISTANCE));
        assertEquals(defaultOf("link.gap_closing").getAsBoolean(), tracker.get(TrackerKeys.KEY_ALLOW_GAP_CLOSING));
        assertEquals(defaultOf("link.gap_max_distance").getAsDouble(),
                tracker.get(TrackerKeys.KEY_GAP_CLOSING_MAX_DISTANCE));
        assertEquals(defaultOf("link.max_frame_gap").getAsInt(), tracker.get(TrackerKeys.KEY_GAP_CLOSING_MAX_FRAME_GAP));
        assertEquals(defaultOf("link.splitting").getAsBoolean(), tracker.get(TrackerKeys.KEY_ALLOW_TRACK_SPLITTING));
        assertEquals(defaultOf("link.splitting_max_distance").getAsDouble(),
                tracker.get(TrackerKeys.KEY_SPLITTING_MAX_DISTANCE));
        assertEquals(defaultOf("link.merging").getAsBoolean(), tracker.get(TrackerKeys.KEY_ALLOW_TRACK_MERGING));
        assertEquals(defaultOf("link.merging_max_distance").getAsDouble(),
                tracker.get(TrackerKeys.KEY_MERGING_MAX_DISTANCE));
        assertEquals(defaultOf("link.alternative_cost_factor").getAsDouble(),
                tracker.get(TrackerKeys.KEY_ALTERNATIVE_LINKING_COST_FACTOR));
        assertEquals(defaultOf("link.cutoff_percentile").getAsDouble(), tracker.get(TrackerKeys.KEY_CUTOFF_PERCENTILE));
        final Map<String, Object> detector = LabelDetectorSettings.defaults();
        assertEquals(defaultOf("cell_filter.min_inside_fraction").getAsDouble(),
                detector.get(LabelDetectorSettings.KEY_MIN_INSIDE_FRACTION));
        assertEquals(defaultOf("border_is_surface").getAsBoolean(),
                detector.get(LabelDetectorSettings.KEY_BORDER_IS_SURFACE));
    }

    @Test
    void whatIsOutOfRangeIsRefusedHereAndInTheCore() throws Exception {
        final double least = entry("prune.min_tracklet_length").get("minimum").getAsDouble();
        final Map<String, Object> tracker = PruneKeys.defaults();
        for (final double wrong : new double[] {Math.nextDown(least), Double.NaN, Double.POSITIVE_INFINITY}) {
            tracker.put(PruneKeys.KEY_MIN_LENGTH, wrong);
            final String said = assertThrows(BadSettingsException.class, () -> PruneKeys.of(tracker)).getMessage();
            assertTrue(said.contains("MIN_TRACKLET_LENGTH = " + wrong + ": expected a finite number >= 0"), said);
            assertThrows(BadSettingsException.class, () -> PruneSettings.shorterThan(wrong, LengthUnit.FRAMES));
        }
        final double most = entry("cell_filter.min_inside_fraction").get("maximum").getAsDouble();
        final Map<String, Object> detector = LabelDetectorSettings.defaults();
        detector.put(LabelDetectorSettings.KEY_MIN_INSIDE_FRACTION, Math.nextUp(most));
        final String said =
                assertThrows(BadSettingsException.class, () -> LabelDetectorSettings.of(detector)).getMessage();
        assertTrue(said.contains("MIN_INSIDE_FRACTION") && said.contains("from 0 to 1"), said);
        assertThrows(BadSettingsException.class,
                () -> CellFilterSettings.builder().minInsideFraction(Math.nextUp(most)).build());
        CellFilterSettings.builder().minInsideFraction(most).build();
    }

    @Test
    void choicesAreThoseOfTheCore() {
        final String[] units = SettingsSchema.PRUNE.words("unit");
        assertEquals(LengthUnit.values().length, units.length);
        assertArrayEquals(new String[] {LengthUnit.FRAMES.name(), LengthUnit.TIME.name()}, units);
        assertEquals("> 0", SettingsSchema.LINK.range("max_distance"));
        assertThrows(IllegalArgumentException.class, () -> SettingsSchema.LINK.number("max_distanze"));
    }

    /** The dialog's limit is the schema's; SciJava knows none that is excluded, so there 0 can be typed for "off". */
    private static void requireLimit(final String shown, final String name, final String limit, final String open)
            throws Exception {
        final JsonObject entry = entry(name);
        final JsonElement wanted = entry.has(limit) ? entry.get(limit) : entry.get(open);
        if (wanted == null) {
            assertEquals("", shown, name);
        } else {
            assertEquals(wanted.getAsDouble(), Double.parseDouble(shown), name);
        }
    }

    private static JsonElement defaultOf(final String name) throws Exception {
        final int dot = name.indexOf('.');
        return dot < 0
                ? entry(name).get("default")
                : entry(name.substring(0, dot)).getAsJsonObject("default").get(name.substring(dot + 1));
    }

    private static JsonObject entry(final String name) throws Exception {
        try (Reader reader = new InputStreamReader(
                SettingsSchema.class.getResourceAsStream("schema.json"), StandardCharsets.UTF_8)) {
            JsonObject found = new Gson().fromJson(reader, JsonObject.class);
            for (final String part : name.split("\\.")) {
                found = found.getAsJsonObject("properties").getAsJsonObject(part);
            }
            return found;
        }
    }
}
