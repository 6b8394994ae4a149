/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.core.prune.LengthUnit;
import io.github.volltrack.core.prune.PruneSettings;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.settings.SettingsSchema;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of pruning as entries of TrackMate's maps. */
public final class PruneKeys {

    /** Least length of a tracklet, 0 or more; 0, the default, is off: how short is too short depends on the movie. */
    public static final String KEY_MIN_LENGTH = "MIN_TRACKLET_LENGTH";

    /** {@code FRAMES}, the default, or {@code TIME} in the model's unit. */
    public static final String KEY_UNIT = "TRACKLET_LENGTH_UNIT";

    /** Whether short daughters that do not divide again are removed; default true. */
    public static final String KEY_LEAF_TRACKLETS = "PRUNE_LEAF_TRACKLETS";

    /** Whether short tracks without division are removed; default false. */
    public static final String KEY_WHOLE_TRACKS = "PRUNE_WHOLE_TRACKS";

    /** Whether short tracklets before the first division are removed; default false. */
    public static final String KEY_ROOT_TRACKLETS = "PRUNE_ROOT_TRACKLETS";

    private PruneKeys() {}

    /**
     * Returns the defaults, which are Python's ({@link SettingsSchema}).
     *
     * @return a new map.
     */
    public static Map<String, Object> defaults() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put(KEY_MIN_LENGTH, SettingsSchema.PRUNE.number("min_tracklet_length"));
        map.put(KEY_UNIT, SettingsSchema.PRUNE.word("unit"));
        map.put(KEY_LEAF_TRACKLETS, SettingsSchema.PRUNE.isOn("leaf_tracklets"));
        map.put(KEY_WHOLE_TRACKS, SettingsSchema.PRUNE.isOn("whole_tracks"));
        map.put(KEY_ROOT_TRACKLETS, SettingsSchema.PRUNE.isOn("root_tracklets"));
        return map;
    }

    /**
     * Reads a map; other keys are passed over, absent ones have their defaults.
     *
     * @param map
     *            settings of a tracker or an action.
     * @return settings of the pruner.
     * @throws BadSettingsException
     *             if a value is of another type or out of its range.
     */
    public static PruneSettings of(final Map<String, Object> map) {
        final Map<String, Object> values = defaults();
        values.replaceAll((key, standard) -> {
            final Object value = map.getOrDefault(key, standard);
            SettingsMap.requireKind(key, value, standard);
            return value;
        });
        SettingsSchema.PRUNE.require("min_tracklet_length", KEY_MIN_LENGTH, (Double) values.get(KEY_MIN_LENGTH));
        return PruneSettings.shorterThan((Double) values.get(KEY_MIN_LENGTH), unit((String) values.get(KEY_UNIT)))
                .withLeafTracklets((Boolean) values.get(KEY_LEAF_TRACKLETS))
                .withWholeTracks((Boolean) values.get(KEY_WHOLE_TRACKS))
                .withRootTracklets((Boolean) values.get(KEY_ROOT_TRACKLETS));
    }

    private static LengthUnit unit(final String word) {
        for (final LengthUnit unit : LengthUnit.values()) {
            if (unit.name().equals(word)) {
                return unit;
            }
        }
        throw new BadSettingsException("setting " + KEY_UNIT + " = '" + word + "': expected FRAMES or TIME");
    }
}
