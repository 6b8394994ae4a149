/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import fiji.plugin.trackmate.Spot;
import fiji.plugin.trackmate.SpotRoi;
import io.github.volltrack.core.image.LabelImage;
import io.github.volltrack.core.image.VoxelSize;
import io.github.volltrack.fiji.feature.SpotFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives 2D spots the outline of their label, along the edges of the pixels.
 *
 * <p>Pixels that touch by a corner belong to one outline, holes are filled; the pieces of a label are
 * joined, see {@link PieceJoiner}. Centre and radius are those of all its pixels.
 */
final class LabelOutlines {

    private static final int RIGHT = 0;

    private final int[][] plane;
    private final boolean[][] isTopSeen;

    private LabelOutlines(final LabelImage labels) {
        plane = new int[labels.sizeY()][labels.sizeX()];
        isTopSeen = new boolean[labels.sizeY()][labels.sizeX()];
        for (int y = 0; y < plane.length; y++) {
            labels.readRow(0, y, plane[y]);
        }
    }

    /**
     * Sets the outline of every spot whose label is in the image.
     *
     * @param spots
     *            spots with the feature LABEL.
     * @param labels
     *            one plane.
     * @param size
     *            edge lengths of a pixel.
     */
    static void put(final List<Spot> spots, final LabelImage labels, final VoxelSize size) {
        final Map<Integer, List<Corners>> outlines = new LabelOutlines(labels).traceAll();
        for (final Spot spot : spots) {
            final List<Corners> walks = outlines.get(spot.getFeature(SpotFeatures.LABEL).intValue());
            if (walks != null) {
                final Corners corners = PieceJoiner.join(walks);
                spot.setRoi(new SpotRoi(
                        corners.relative(0, size.x(), spot.getDoublePosition(0)),
                        corners.relative(1, size.y(), spot.getDoublePosition(1))));
            }
        }
    }

    /** Returns the walks around the pieces of each label, and those around its holes. */
    private Map<Integer, List<Corners>> traceAll() {
        final Map<Integer, List<Corners>> walks = new HashMap<>();
        for (int y = 0; y < plane.length; y++) {
            for (int x = 0; x < plane[y].length; x++) {
                final int label = plane[y][x];
                if (label > 0 && !isTopSeen[y][x] && at(x, y - 1) != label) {
                    walks.computeIfAbsent(label, any -> new ArrayList<>()).add(trace(label, x, y));
                }
            }
        }
        return walks;
    }

    /** Walks once around, the label on the right hand, from the upper left corner of a pixel to the right. */
    private Corners trace(final int label, final int firstX, final int firstY) {
        final Corners corners = new Corners();
        corners.begin(firstX, firstY);
        int x = firstX;
        int y = firstY;
        int direction = RIGHT;
        do {
            if (direction == RIGHT) {
                isTopSeen[y][x] = true;
            }
            x += direction == RIGHT ? 1 : direction == 2 ? -1 : 0;
            y += direction == 1 ? 1 : direction == 3 ? -1 : 0;
            final int turned = turn(label, x, y, direction);
            if (turned != direction) {
                corners.add(x, y);
                direction = turned;
            }
        } while (x != firstX || y != firstY || direction != RIGHT);
        return corners;
    }

    private int turn(final int label, final int x, final int y, final int direction) {
        if (ahead(x, y, direction, 0) == label) {
            return (direction + 3) % 4;
        }
        return ahead(x, y, direction, 1) == label ? direction : (direction + 1) % 4;
    }

    /** Returns the pixel ahead of a corner, to the left (side 0) or to the right (side 1) of the walk. */
    private int ahead(final int x, final int y, final int direction, final int side) {
        switch ((direction + side) % 4) {
            case 0:
                return at(x, y - 1);
            case 1:
                return at(x, y);
            case 2:
                return at(x - 1, y);
            default:
                return at(x - 1, y - 1);
        }
    }

    private int at(final int x, final int y) {
        return y < 0 || y >= plane.length || x < 0 || x >= plane[y].length ? 0 : plane[y][x];
    }
}
