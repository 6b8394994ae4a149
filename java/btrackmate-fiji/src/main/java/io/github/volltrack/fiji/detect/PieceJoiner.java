/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one outline of the pieces of a label, as Python's {@code volltrack.measure.outline.contour} does: pieces are joined by a
 * line that is walked both ways and encloses nothing; a piece within a filled hole is left out.
 */
final class PieceJoiner {

    /** Pieces that are joined where they are nearest; finding that place for each of thousands takes hours. */
    private static final int MAX_NEAREST = 100;

    private PieceJoiner() {}

    /** Returns one outline of walks around pieces; walks around holes are among them. */
    static Corners join(final List<Corners> walks) {
        final List<Corners> pieces = new ArrayList<>(walks);
        pieces.removeIf(walk -> walk.area() <= 0);
        pieces.sort(Comparator.comparingLong(Corners::area).reversed());
        final List<Corners> kept = new ArrayList<>();
        for (final Corners piece : pieces) {
            if (kept.stream().noneMatch(larger -> larger.enclosesStartOf(piece))) {
                kept.add(piece);
            }
        }
        Corners joined = kept.get(0);
        for (int i = 1; i < kept.size(); i++) {
            joined = i <= MAX_NEAREST ? joinNearest(joined, kept.get(i)) : joinAt(joined, 0, kept.get(i), 0);
        }
        return joined;
    }

    private static Corners joinNearest(final Corners one, final Corners other) {
        int fromOne = 0;
        int fromOther = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < one.size(); i++) {
            for (int j = 0; j < other.size(); j++) {
                final long dx = one.x(i) - other.x(j);
                final long dy = one.y(i) - other.y(j);
                if (dx * dx + dy * dy < least) {
                    least = dx * dx + dy * dy;
                    fromOne = i;
                    fromOther = j;
                }
            }
        }
        return joinAt(one, fromOne, other, fromOther);
    }

    /** Walks the first outline to a corner, from there around the other one and back, and on. */
    private static Corners joinAt(final Corners one, final int fromOne, final Corners other, final int fromOther) {
        final Corners joined = new Corners();
        for (int i = 0; i <= fromOne; i++) {
            joined.add(one.x(i), one.y(i));
        }
        for (int j = 0; j <= other.size(); j++) {
            final int corner = (fromOther + j) % other.size();
            joined.add(other.x(corner), other.y(corner));
        }
        for (int i = fromOne; i < one.size(); i++) {
            joined.add(one.x(i), one.y(i));
        }
        return joined;
    }
}
