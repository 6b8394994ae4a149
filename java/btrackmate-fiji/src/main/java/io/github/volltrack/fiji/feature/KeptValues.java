/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.feature;

import fiji.plugin.trackmate.Spot;
import ij.IJ;
import java.awt.GraphicsEnvironment;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;

/**
 * Values that a table gives its cells and that TrackMate's analyzers would replace by what they measure in a sphere.
 *
 * <p>They are put back after each measurement, as long as the spot is where the table puts it: what is moved by hand is
 * measured anew.
 */
public final class KeptValues {

    private static final Map<Spot, KeptValues> BY_SPOT = Collections.synchronizedMap(new WeakHashMap<>());

    private final WeakReference<Spot> spot; // TrackMate takes spots for equal that have one number
    private final Table table;
    private final Map<String, Double> values;
    private final double[] place;

    private KeptValues(final Spot spot, final Table table, final Map<String, Double> values) {
        this.spot = new WeakReference<>(spot);
        this.table = table;
        this.values = values;
        this.place = place(spot);
    }

    /**
     * Keeps the values of a new spot.
     *
     * @param spot
     *            as the table describes it.
     * @param table
     *            where it comes from.
     * @param values
     *            by feature.
     */
    public static void keep(final Spot spot, final Table table, final Map<String, Double> values) {
        BY_SPOT.put(spot, new KeptValues(spot, table, values));
    }

    /**
     * Puts back what was measured over.
     *
     * @param spots
     *            those of tables and others.
     */
    public static void restore(final Iterable<Spot> spots) {
        if (BY_SPOT.isEmpty()) {
            return;
        }
        for (final Spot spot : spots) {
            final KeptValues kept = find(spot);
            if (kept != null && Arrays.equals(kept.place, place(spot))) {
                kept.values.forEach((feature, value) -> {
                    if (!value.equals(spot.getFeature(feature))) {
                        spot.putFeature(feature, value);
                        kept.table.replaced(feature);
                    }
                });
            }
        }
    }

    /**
     * Says what was put back.
     *
     * @param spots
     *            of one session.
     * @return a sentence; empty if nothing was.
     */
    public static String describe(final Iterable<Spot> spots) {
        for (final Spot spot : spots) {
            final KeptValues kept = find(spot);
            if (kept != null) {
                return kept.table.describe();
            }
        }
        return "";
    }

    private static KeptValues find(final Spot spot) {
        final KeptValues kept = BY_SPOT.get(spot);
        return kept != null && kept.spot.get() == spot ? kept : null;
    }

    private static double[] place(final Spot spot) {
        return new double[] {spot.getFeature(Spot.POSITION_X), spot.getFeature(Spot.POSITION_Y),
            spot.getFeature(Spot.POSITION_Z), spot.getFeature(Spot.RADIUS)};
    }

    /** A table of cells, and which of its columns TrackMate measured over. */
    public static final class Table {

        private final String name;
        private final Set<String> features = new TreeSet<>();

        /**
         * Names a table.
         *
         * @param name
         *            of its file.
         */
        public Table(final String name) {
            this.name = name;
        }

        private synchronized void replaced(final String feature) {
            if (features.add(feature) && features.size() == 1 && !GraphicsEnvironment.isHeadless()) {
                IJ.log("BTrackMate: cells keep what " + name + " says of them, such as " + feature
                        + "; 'Measure the CSV's cells anew' takes what TrackMate measures instead");
            }
        }

        private synchronized String describe() {
            return features.isEmpty()
                    ? ""
                    : "The cells keep what " + name + " says of " + String.join(", ", features)
                            + "; TrackMate measured the other features in the image.\n";
        }
    }
}
