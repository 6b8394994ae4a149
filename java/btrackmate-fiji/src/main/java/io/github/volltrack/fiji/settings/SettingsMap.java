/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.settings;

import io.github.volltrack.core.error.BadSettingsException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a map of settings beside the map of its defaults, whose values say what each key holds. */
public final class SettingsMap {

    private SettingsMap() {}

    /**
     * Refuses a map that does not hold every key with a value of its type; other keys are passed over.
     *
     * @param given
     *            the map; may be null.
     * @param defaults
     *            every key.
     * @throws BadSettingsException
     *             with the first key that is missing, null or of another type.
     */
    public static void requireWhole(final Map<String, ?> given, final Map<String, ?> defaults) {
        if (given == null) {
            throw new BadSettingsException("there are no settings: expected " + defaults.keySet());
        }
        defaults.forEach((key, standard) -> {
            if (!given.containsKey(key)) {
                throw new BadSettingsException("setting " + key + " is missing: expected "
                        + kind(standard) + ", such as '" + standard + "'");
            }
            requireKind(key, given.get(key), standard);
        });
    }

    /**
     * Refuses a value of another type.
     *
     * @param key
     *            its name.
     * @param value
     *            may be null.
     * @param standard
     *            the default.
     * @throws BadSettingsException
     *             if the value is not of the default's type.
     */
    public static void requireKind(final String key, final Object value, final Object standard) {
        final boolean fits = standard instanceof Map ? value instanceof Map : standard.getClass().isInstance(value);
        if (!fits) {
            throw new BadSettingsException("setting " + key + " = " + value + ": expected " + kind(standard)
                    + ", such as '" + standard + "'");
        }
    }

    /**
     * Takes what a map says, and the defaults for the rest.
     *
     * @param given
     *            the map; may be null.
     * @param defaults
     *            every key.
     * @return a new map of exactly these keys, without nulls; values that are missing or cannot be read as the default's
     *         type are the default.
     */
    public static Map<String, Object> complete(final Map<String, ?> given, final Map<String, Object> defaults) {
        final Map<String, Object> whole = new LinkedHashMap<>(defaults);
        if (given != null) {
            whole.replaceAll((key, standard) -> convert(given.get(key), standard));
        }
        return whole;
    }

    /**
     * Puts defaults where a map says nothing; what it says stays, even if it is wrong.
     *
     * @param given
     *            the map.
     * @param defaults
     *            every key.
     * @return a new map.
     */
    public static Map<String, Object> fill(final Map<String, ?> given, final Map<String, Object> defaults) {
        final Map<String, Object> whole = new LinkedHashMap<>(defaults);
        given.forEach((key, value) -> {
            if (value != null) {
                whole.put(key, value);
            }
        });
        return whole;
    }

    /**
     * Reads a value as the type of its default: a number from a text, a decimal number from a whole one.
     *
     * @param value
     *            may be null.
     * @param standard
     *            the default.
     * @return the value as that type; the default if it cannot be read so.
     */
    public static Object convert(final Object value, final Object standard) {
        final Object found;
        if (standard instanceof Map) {
            found = value instanceof Map ? weights((Map<?, ?>) value) : null;
        } else if (standard instanceof Double) {
            found = decimal(value);
        } else if (standard instanceof Integer) {
            found = whole(value);
        } else if (standard instanceof Boolean) {
            found = truth(value);
        } else {
            found = value == null || value instanceof Map ? null : value.toString();
        }
        return found == null ? standard : found;
    }

    private static Double decimal(final Object value) {
        try {
            final double number = value instanceof Number
                    ? ((Number) value).doubleValue()
                    : Double.parseDouble(String.valueOf(value).trim().replace(',', '.'));
            return Double.isNaN(number) ? null : number;
        } catch (final NumberFormatException exception) {
            return null;
        }
    }

    private static Integer whole(final Object value) {
        final Double number = decimal(value);
        return number == null || number != number.intValue() ? null : number.intValue();
    }

    private static Boolean truth(final Object value) {
        if (value instanceof Boolean) {
            return (Boolean) value;
        }
        final String word = String.valueOf(value).trim();
        if (word.equalsIgnoreCase("true")) {
            return true;
        }
        return word.equalsIgnoreCase("false") ? false : null;
    }

    private static Map<String, Object> weights(final Map<?, ?> given) {
        final Map<String, Object> weights = new LinkedHashMap<>();
        given.forEach((feature, weight) -> {
            final Double number = decimal(weight);
            if (feature != null && number != null) {
                weights.put(feature.toString(), number);
            }
        });
        return weights;
    }

    private static String kind(final Object standard) {
        return standard instanceof Map ? "Map" : standard.getClass().getSimpleName();
    }
}
