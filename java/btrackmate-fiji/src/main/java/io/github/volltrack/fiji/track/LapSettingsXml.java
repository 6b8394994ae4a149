/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import fiji.plugin.trackmate.tracking.TrackerKeys;
import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.fiji.detect.XmlValues;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdom2.Attribute;
import org.jdom2.Element;

/** Settings of the LAP tracker in the nested form in which TrackMate's own LAP tracker stores them. */
final class LapSettingsXml {

    private static final String PENALTIES = "FeaturePenalties";

    /** Element of each nested setting. */
    private static final Map<String, String> ELEMENTS = new LinkedHashMap<>();

    static {
        ELEMENTS.put(TrackerKeys.KEY_LINKING_MAX_DISTANCE, "Linking");
        ELEMENTS.put(TrackerKeys.KEY_LINKING_FEATURE_PENALTIES, "Linking");
        ELEMENTS.put(TrackerKeys.KEY_ALLOW_GAP_CLOSING, "GapClosing");
        ELEMENTS.put(TrackerKeys.KEY_GAP_CLOSING_MAX_DISTANCE, "GapClosing");
        ELEMENTS.put(TrackerKeys.KEY_GAP_CLOSING_MAX_FRAME_GAP, "GapClosing");
        ELEMENTS.put(TrackerKeys.KEY_GAP_CLOSING_FEATURE_PENALTIES, "GapClosing");
        ELEMENTS.put(TrackerKeys.KEY_ALLOW_TRACK_SPLITTING, "TrackSplitting");
        ELEMENTS.put(TrackerKeys.KEY_SPLITTING_MAX_DISTANCE, "TrackSplitting");
        ELEMENTS.put(TrackerKeys.KEY_SPLITTING_FEATURE_PENALTIES, "TrackSplitting");
        ELEMENTS.put(TrackerKeys.KEY_ALLOW_TRACK_MERGING, "TrackMerging");
        ELEMENTS.put(TrackerKeys.KEY_MERGING_MAX_DISTANCE, "TrackMerging");
        ELEMENTS.put(TrackerKeys.KEY_MERGING_FEATURE_PENALTIES, "TrackMerging");
    }

    private LapSettingsXml() {}

    /**
     * Writes settings.
     *
     * @param settings
     *            every value, checked.
     * @param element
     *            receives attributes and children.
     */
    static void write(final Map<String, Object> settings, final Element element) {
        settings.forEach((key, value) -> {
            final Element place = ELEMENTS.containsKey(key) ? child(element, ELEMENTS.get(key)) : element;
            if (value instanceof Map) {
                final Element penalties = child(place, PENALTIES);
                ((Map<?, ?>) value).forEach((feature, weight) ->
                        penalties.setAttribute(String.valueOf(feature), String.valueOf(weight)));
            } else {
                place.setAttribute(key, String.valueOf(value));
            }
        });
    }

    /**
     * Reads settings.
     *
     * @param element
     *            what {@link #write} or TrackMate wrote.
     * @param settings
     *            holds the defaults; values that the element holds replace them.
     * @throws BadSettingsException
     *             if attributes do not hold what the defaults say; these keep their defaults, the others are read.
     */
    static void read(final Element element, final Map<String, Object> settings) {
        XmlValues.readAll(settings, (key, standard) -> {
            final Element place = ELEMENTS.containsKey(key) ? element.getChild(ELEMENTS.get(key)) : element;
            if (place == null) {
                return standard;
            }
            return standard instanceof Map ? readPenalties(place) : XmlValues.read(place, key, standard);
        });
    }

    private static Map<String, Double> readPenalties(final Element place) {
        final Map<String, Double> penalties = new HashMap<>();
        final Element element = place.getChild(PENALTIES);
        if (element != null) {
            for (final Attribute attribute : element.getAttributes()) {
                final Object weight = XmlValues.read(element, attribute.getName(), 0.0);
                penalties.put(attribute.getName(), (Double) weight);
            }
        }
        return penalties;
    }

    private static Element child(final Element element, final String name) {
        Element child = element.getChild(name);
        if (child == null) {
            child = new Element(name);
            element.addContent(child);
        }
        return child;
    }
}
