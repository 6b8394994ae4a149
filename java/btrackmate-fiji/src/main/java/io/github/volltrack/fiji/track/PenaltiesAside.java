/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.track;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Penalties on features that a model has not (yet): TrackMate's page cannot show them, so they go round it. */
final class PenaltiesAside {

    private final Set<String> shownFeatures;
    private final Map<String, Map<String, Object>> aside = new HashMap<>();

    PenaltiesAside(final Collection<String> shownFeatures) {
        this.shownFeatures = new HashSet<>(shownFeatures);
    }

    /** Returns the settings that the page can show; the rest is kept. */
    Map<String, Object> takeOut(final Map<String, Object> settings) {
        aside.clear();
        final Map<String, Object> shown = new LinkedHashMap<>(settings);
        shown.replaceAll((key, value) -> value instanceof Map ? split(key, (Map<?, ?>) value) : value);
        return shown;
    }

    private Map<String, Object> split(final String key, final Map<?, ?> penalties) {
        final Map<String, Object> shown = new LinkedHashMap<>();
        final Map<String, Object> kept = aside.computeIfAbsent(key, any -> new LinkedHashMap<>());
        penalties.forEach((feature, weight) ->
                (shownFeatures.contains(feature) ? shown : kept).put((String) feature, weight));
        return shown;
    }

    /** Returns what the page shows with what was kept. */
    Map<String, Object> putBack(final Map<String, Object> shown) {
        final Map<String, Object> settings = new LinkedHashMap<>(shown);
        aside.forEach((key, kept) -> {
            final Map<String, Object> all = new HashMap<>(kept);
            ((Map<?, ?>) settings.get(key)).forEach((feature, weight) -> all.put((String) feature, weight));
            settings.put(key, all);
        });
        return settings;
    }
}
