/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import io.github.volltrack.core.error.BadSettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jdom2.Element;

/** Settings as attributes of an XML element. */
public final class XmlValues {

    private XmlValues() {}

    /**
     * Reads every setting of a map.
     *
     * @param settings
     *            holds the defaults, which what is read replaces.
     * @param reader
     *            reads one setting by its name and default.
     * @throws BadSettingsException
     *             if some cannot be read, with every reason; these keep their defaults, the others are read.
     */
    public static void readAll(
            final Map<String, Object> settings, final BiFunction<String, Object, Object> reader) {
        final List<String> faults = new ArrayList<>();
        settings.replaceAll((key, standard) -> {
            try {
                return reader.apply(key, standard);
            } catch (final BadSettingsException exception) {
                faults.add(exception.getMessage());
                return standard;
            }
        });
        if (!faults.isEmpty()) {
            throw new BadSettingsException(String.join("; ", faults));
        }
    }

    /**
     * Reads one setting.
     *
     * @param element
     *            the element.
     * @param key
     *            name of the attribute.
     * @param standard
     *            what an absent attribute stands for; its class says what to read.
     * @return a value of that class.
     * @throws BadSettingsException
     *             if the attribute holds something else.
     */
    public static Object read(final Element element, final String key, final Object standard) {
        final String text = element.getAttributeValue(key);
        if (text == null) {
            return standard;
        }
        try {
            if (standard instanceof Integer) {
                return Integer.valueOf(text.trim());
            }
            if (standard instanceof Double) {
                return Double.valueOf(text.trim());
            }
        } catch (final NumberFormatException exception) {
            throw new BadSettingsException(key + "='" + text + "' in " + element.getName() + ": expected a number");
        }
        if (standard instanceof Boolean) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new BadSettingsException(
                        key + "='" + text + "' in " + element.getName() + ": expected true or false");
            }
            return Boolean.valueOf(text);
        }
        return text;
    }
}
