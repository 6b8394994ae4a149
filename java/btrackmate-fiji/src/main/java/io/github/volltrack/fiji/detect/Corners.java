/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import java.util.Arrays;

/** Corners of a closed walk along pixel edges; the walk begins at the upper left corner of a pixel of the label. */
final class Corners {

    private int[][] places = new int[2][8];
    private int size;
    private int startX;
    private int startY;

    /** Begins the walk at the upper left corner of pixel (x, y), which need not be a corner of the outline. */
    void begin(final int x, final int y) {
        startX = x;
        startY = y;
    }

    int size() {
        return size;
    }

    int x(final int corner) {
        return places[0][corner];
    }

    int y(final int corner) {
        return places[1][corner];
    }

    /** Whether the pixel where another walk began lies within this outline, its holes filled. */
    boolean enclosesStartOf(final Corners other) {
        final double x = other.startX + 0.5;
        final double y = other.startY + 0.5;
        boolean isInside = false;
        for (int i = 0, before = size - 1; i < size; before = i++) {
            // edges run along the axes: only vertical ones are crossed by a walk to the left
            if (places[0][i] < x && (places[1][i] > y) != (places[1][before] > y)) {
                isInside = !isInside;
            }
        }
        return isInside;
    }

    /** Adds the upper left corner of pixel (x, y). */
    void add(final int x, final int y) {
        if (size == places[0].length) {
            places = new int[][] {Arrays.copyOf(places[0], 2 * size), Arrays.copyOf(places[1], 2 * size)};
        }
        places[0][size] = x;
        places[1][size] = y;
        size++;
    }

    /** Returns twice the signed area in pixels; that of a hole is negative. */
    long area() {
        long area = 0;
        for (int i = 0, before = size - 1; i < size; before = i++) {
            area += (long) places[0][before] * places[1][i] - (long) places[0][i] * places[1][before];
        }
        return area;
    }

    /** Returns one coordinate relative to a centre, physical units, in TrackMate's sense of rotation. */
    double[] relative(final int axis, final double pixel, final double centre) {
        final double[] coordinates = new double[size];
        Arrays.setAll(coordinates, i -> (places[axis][size - 1 - i] - 0.5) * pixel - centre);
        return coordinates;
    }
}
