/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import fiji.plugin.trackmate.Spot;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.fiji.feature.KeptValues;
import io.github.volltrack.fiji.feature.SpotFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes TrackMate's spots from a table of cells. */
final class SpotMaker {

    /** Columns that the spot's constructor or TrackMate sets. */
    private static final Set<String> TAKEN = new HashSet<>(Arrays.asList(
            "ID", "FRAME", "POSITION_X", "POSITION_Y", "POSITION_Z", "POSITION_T", "RADIUS", "QUALITY", "VISIBILITY"));

    private SpotMaker() {}

    /**
     * Makes one spot per cell; every further column becomes a feature, where it has a value.
     *
     * @param cells
     *            with positions and radii.
     * @return in the order of the table.
     */
    static List<Spot> make(final CellTable cells) {
        final double[] x = cells.column("POSITION_X");
        final double[] y = cells.column("POSITION_Y");
        final double[] z = cells.column("POSITION_Z");
        final double[] radii = cells.column("RADIUS");
        final double[] qualities = cells.hasColumn("QUALITY") ? cells.column("QUALITY") : ones(cells.size());
        final String[] names = cells.cellNames().orElse(null);
        final List<Spot> spots = new ArrayList<>(cells.size());
        for (int row = 0; row < cells.size(); row++) {
            final String name = names == null || names[row].isEmpty() ? null : names[row];
            spots.add(new Spot(x[row], y[row], z[row], radii[row], qualities[row], name));
        }
        for (final String column : cells.columnNames()) {
            if (!TAKEN.contains(column)) {
                putFeature(spots, column, cells.column(column));
            }
        }
        return spots;
    }

    /** Lets spots keep the features that they have now, but for those of the tissue, which is another input. */
    static void keepFeatures(final List<Spot> spots, final KeptValues.Table source) {
        for (final Spot spot : spots) {
            final Map<String, Double> values = new HashMap<>(spot.getFeatures());
            values.keySet().removeAll(TAKEN);
            values.keySet().removeAll(SpotFeatures.TISSUE.keys());
            KeptValues.keep(spot, source, values);
        }
    }

    private static void putFeature(final List<Spot> spots, final String key, final double[] values) {
        for (int row = 0; row < values.length; row++) {
            if (!Double.isNaN(values[row])) {
                spots.get(row).putFeature(key, values[row]);
            }
        }
    }

    private static double[] ones(final int size) {
        final double[] values = new double[size];
        Arrays.fill(values, 1);
        return values;
    }
}
