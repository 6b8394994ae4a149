/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import fiji.plugin.trackmate.detection.DetectorKeys;
import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.core.filter.CellFilterSettings;
import io.github.volltrack.core.tissue.TissueSettings;
import io.github.volltrack.fiji.settings.SettingsMap;
import io.github.volltrack.fiji.settings.SettingsSchema;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The detector's settings, read from TrackMate's map; every value is flat, so that any TrackMate stores it. */
public final class LabelDetectorSettings {

    /** Channel that holds the labels, 1 or more. */
    public static final String KEY_LABEL_CHANNEL = DetectorKeys.KEY_TARGET_CHANNEL;

    /** TIFF of labels that is read instead of the channel; empty for none. */
    public static final String KEY_LABEL_FILE = "LABEL_FILE";

    /** CSV of cells that is read instead of labels; empty for none. */
    public static final String KEY_CELLS_FILE = "CELLS_FILE";

    /** Whether TrackMate's intensities and shapes replace what the CSV of cells says of them; default false. */
    public static final String KEY_MEASURE_ANEW = "MEASURE_ANEW";

    /** Channel that holds tissue labels, 1 or more; 0 for none. */
    public static final String KEY_TISSUE_CHANNEL = "TISSUE_CHANNEL";

    /** TIFF of tissue labels that is read instead of the channel; empty for none. */
    public static final String KEY_TISSUE_FILE = "TISSUE_FILE";

    /** Values that count as tissue, separated by commas; empty for every value &gt; 0. */
    public static final String KEY_TISSUE_LABELS = "TISSUE_LABELS";

    /** Whether the image border is surface of the tissue that it cuts; default false. */
    public static final String KEY_BORDER_IS_SURFACE = "BORDER_IS_SURFACE";

    /** Least fraction of a cell that must be tissue, 0 to 1; default 0.5. Counts only with tissue. */
    public static final String KEY_MIN_INSIDE_FRACTION = "MIN_INSIDE_FRACTION";

    /** Least volume (2D: area) in physical units; default 0. */
    public static final String KEY_MIN_VOLUME = "MIN_VOLUME";

    /** Largest volume (2D: area) in physical units; 0, the default, for no limit. */
    public static final String KEY_MAX_VOLUME = "MAX_VOLUME";

    /** Channel of the least mean intensity, 1 or more; 0, the default, for no such limit. */
    public static final String KEY_INTENSITY_CHANNEL = "INTENSITY_CHANNEL";

    /** Least mean intensity of a cell's voxels; default 0. */
    public static final String KEY_MIN_MEAN_INTENSITY = "MIN_MEAN_INTENSITY";

    private final Map<String, Object> values;

    private LabelDetectorSettings(final Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Returns a map of the defaults: labels in channel 1, no tissue, no limits.
     *
     * @return a new map.
     */
    public static Map<String, Object> defaults() {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put(KEY_LABEL_CHANNEL, 1);
        map.put(KEY_LABEL_FILE, "");
        map.put(KEY_CELLS_FILE, "");
        map.put(KEY_MEASURE_ANEW, false);
        map.put(KEY_TISSUE_CHANNEL, 0);
        map.put(KEY_TISSUE_FILE, "");
        map.put(KEY_TISSUE_LABELS, "");
        map.put(KEY_BORDER_IS_SURFACE, SettingsSchema.WHOLE.isOn("border_is_surface"));
        map.put(KEY_MIN_INSIDE_FRACTION, SettingsSchema.CELL_FILTER.number("min_inside_fraction"));
        map.put(KEY_MIN_VOLUME, 0.0);
        map.put(KEY_MAX_VOLUME, 0.0);
        map.put(KEY_INTENSITY_CHANNEL, 0);
        map.put(KEY_MIN_MEAN_INTENSITY, 0.0);
        return map;
    }

    /**
     * Reads TrackMate's map; keys that are absent have their defaults.
     *
     * @param map
     *            keys and values as in {@link #defaults()}.
     * @return the settings.
     * @throws BadSettingsException
     *             if a key is unknown, or a value of another type or out of its range.
     */
    public static LabelDetectorSettings of(final Map<String, Object> map) {
        final Map<String, Object> values = defaults();
        map.forEach((key, value) -> {
            final Object standard = values.get(key);
            if (standard == null) {
                throw new BadSettingsException("setting '" + key + "': expected one of " + values.keySet());
            }
            SettingsMap.requireKind(key, value, standard);
            values.put(key, value);
        });
        final LabelDetectorSettings settings = new LabelDetectorSettings(values);
        final SettingsSchema ranges = SettingsSchema.CELL_FILTER;
        ranges.require("min_inside_fraction", KEY_MIN_INSIDE_FRACTION, (Double) values.get(KEY_MIN_INSIDE_FRACTION));
        settings.tissueSettings();
        settings.filterSettings();
        if (settings.channel(KEY_LABEL_CHANNEL) < 1) {
            throw new BadSettingsException("label channel " + settings.channel(KEY_LABEL_CHANNEL) + ": expected 1 or more");
        }
        return settings;
    }

    /**
     * Returns a channel.
     *
     * @param key
     *            one of the channel keys.
     * @return 1 or more; 0 for none.
     */
    public int channel(final String key) {
        return (Integer) values.get(key);
    }

    /**
     * Returns a path.
     *
     * @param key
     *            one of the file keys.
     * @return empty for none.
     */
    public String file(final String key) {
        return ((String) values.get(key)).trim();
    }

    /**
     * Returns whether cells of a CSV are measured in the image.
     *
     * @return false if they keep what the CSV says.
     */
    public boolean measuresAnew() {
        return (Boolean) values.get(KEY_MEASURE_ANEW);
    }

    /**
     * Returns which labels are tissue.
     *
     * @return settings of the gate.
     */
    public TissueSettings tissueSettings() {
        return TissueSettings.defaults()
                .withTissueLabels(tissueLabels())
                .withBorderAsSurface((Boolean) values.get(KEY_BORDER_IS_SURFACE));
    }

    /**
     * Returns the limits.
     *
     * @return settings of the filter.
     */
    public CellFilterSettings filterSettings() {
        final double minVolume = (Double) values.get(KEY_MIN_VOLUME);
        final double maxVolume = (Double) values.get(KEY_MAX_VOLUME);
        final CellFilterSettings.Builder builder = CellFilterSettings.builder()
                .minInsideFraction((Double) values.get(KEY_MIN_INSIDE_FRACTION));
        if (minVolume != 0) {
            builder.minVolume(minVolume);
        }
        if (maxVolume != 0) {
            builder.maxVolume(maxVolume);
        }
        if (channel(KEY_INTENSITY_CHANNEL) != 0) {
            builder.channel(channel(KEY_INTENSITY_CHANNEL))
                    .minMeanIntensity((Double) values.get(KEY_MIN_MEAN_INTENSITY));
        }
        return builder.build();
    }

    private int[] tissueLabels() {
        final String text = file(KEY_TISSUE_LABELS);
        try {
            return text.isEmpty()
                    ? new int[0]
                    : Arrays.stream(text.split(",")).mapToInt(word -> Integer.parseInt(word.trim())).toArray();
        } catch (final NumberFormatException exception) {
            throw new BadSettingsException(
                    "tissue labels '" + text + "': expected whole numbers separated by commas, such as 1,2");
        }
    }
}
