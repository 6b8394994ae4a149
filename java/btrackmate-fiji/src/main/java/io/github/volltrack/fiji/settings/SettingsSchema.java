/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.settings;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.volltrack.core.error.BadSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Defaults and ranges of settings, said once, in Python: the resource {@code schema.json}, a JSON schema, which
 * {@code make dialog-schema} writes. Names are Python's.
 */
public final class SettingsSchema {

    private static final JsonObject ALL = load();

    /** Which cells stay. */
    public static final SettingsSchema CELL_FILTER = section("cell_filter");

    /** How cells are linked; divisions are on, which they are not in TrackMate. */
    public static final SettingsSchema LINK = section("link");

    /** Which tracklets are too short. */
    public static final SettingsSchema PRUNE = section("prune");

    /** What is in no section. */
    public static final SettingsSchema WHOLE = new SettingsSchema(ALL.getAsJsonObject("properties"), new JsonObject());

    private final JsonObject fields;
    private final JsonObject defaults;

    private SettingsSchema(final JsonObject fields, final JsonObject defaults) {
        this.fields = fields;
        this.defaults = defaults;
    }

    /**
     * Returns the default of a decimal number.
     *
     * @param field
     *            its name.
     * @return the default.
     */
    public double number(final String field) {
        return standard(field).getAsDouble();
    }

    /**
     * Returns the default of a whole number.
     *
     * @param field
     *            its name.
     * @return the default.
     */
    public int whole(final String field) {
        return standard(field).getAsInt();
    }

    /**
     * Returns the default of a yes or no.
     *
     * @param field
     *            its name.
     * @return the default.
     */
    public boolean isOn(final String field) {
        return standard(field).getAsBoolean();
    }

    /**
     * Returns the default of a choice.
     *
     * @param field
     *            its name.
     * @return the default, in capitals as the dialogs show it.
     */
    public String word(final String field) {
        return standard(field).getAsString().toUpperCase(Locale.ROOT);
    }

    /**
     * Returns the words of a choice.
     *
     * @param field
     *            its name.
     * @return in capitals as the dialogs show them.
     */
    public String[] words(final String field) {
        final JsonElement[] words = new Gson().fromJson(entry(field).get("enum"), JsonElement[].class);
        final String[] shown = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            shown[i] = words[i].getAsString().toUpperCase(Locale.ROOT);
        }
        return shown;
    }

    /**
     * Returns the range of a number in words.
     *
     * @param field
     *            its name.
     * @return such as {@code >= 0}, {@code from 0 to 1}; empty if it has none.
     */
    public String range(final String field) {
        final boolean isOpen = entry(field).has("exclusiveMinimum");
        final String least = limit(field, isOpen ? "exclusiveMinimum" : "minimum");
        final String most = limit(field, "maximum");
        if (least.isEmpty() || most.isEmpty()) {
            return least.isEmpty() ? (most.isEmpty() ? "" : "<= " + most) : (isOpen ? "> " : ">= ") + least;
        }
        return (isOpen ? "above " + least + " and at most " : "from " + least + " to ") + most;
    }

    /**
     * Refuses a number out of its range.
     *
     * @param field
     *            its name in the schema.
     * @param key
     *            its name for the user.
     * @param value
     *            the number.
     * @throws BadSettingsException
     *             if it is not finite or out of the range; says the range.
     */
    public void require(final String field, final String key, final double value) {
        final JsonObject entry = entry(field);
        final boolean isIn = !Double.isNaN(value) && !Double.isInfinite(value)
                && !(entry.has("minimum") && value < entry.get("minimum").getAsDouble())
                && !(entry.has("exclusiveMinimum") && value <= entry.get("exclusiveMinimum").getAsDouble())
                && !(entry.has("maximum") && value > entry.get("maximum").getAsDouble());
        if (!isIn) {
            throw new BadSettingsException(
                    ("setting " + key + " = " + value + ": expected a finite number " + range(field)).trim());
        }
    }

    private String limit(final String field, final String name) {
        final JsonElement limit = entry(field).get(name);
        return limit == null ? "" : limit.getAsBigDecimal().stripTrailingZeros().toPlainString();
    }

    private JsonElement standard(final String field) {
        return defaults.has(field) ? defaults.get(field) : entry(field).get("default");
    }

    private JsonObject entry(final String field) {
        if (!fields.has(field)) {
            throw new IllegalArgumentException("no setting '" + field + "' in the schema: " + fields.keySet());
        }
        return fields.getAsJsonObject(field);
    }

    private static SettingsSchema section(final String name) {
        final JsonObject section = ALL.getAsJsonObject("properties").getAsJsonObject(name);
        return new SettingsSchema(section.getAsJsonObject("properties"), section.getAsJsonObject("default"));
    }

    private static JsonObject load() {
        try (InputStream in = SettingsSchema.class.getResourceAsStream("schema.json")) {
            return new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonObject.class);
        } catch (final IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }
}
