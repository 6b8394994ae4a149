/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.detect;

import io.github.volltrack.core.error.BadFileException;
import io.github.volltrack.core.image.VoxelSize;
import io.github.volltrack.core.table.CellTable;
import io.github.volltrack.core.table.CellsCsvReader;
import io.github.volltrack.fiji.feature.KeptValues;
import java.nio.file.Path;
import java.util.Arrays;

/** The cells of a CSV, frame by frame. */
final class CellsByFrame {

    private final CellTable cells;
    private final double[] frames;
    private final KeptValues.Table source;

    private CellsByFrame(final CellTable cells, final KeptValues.Table source) {
        this.cells = cells;
        this.source = source;
        this.frames = cells.column("FRAME");
    }

    /**
     * Reads a CSV.
     *
     * @throws BadFileException
     *             with the line if a line is bad; if a cell lies after the last frame of the movie.
     */
    static CellsByFrame read(final Path path, final int nFrames, final VoxelSize voxelSize) {
        CellTable cells = PaperCells.is(path) ? PaperCells.read(path, voxelSize) : CellsCsvReader.read(path);
        final double[] frames = cells.column("FRAME");
        final double last = Arrays.stream(frames).max().orElse(0);
        if (last >= nFrames) {
            throw new BadFileException(path.getFileName().toString(), 0, "a cell is in frame " + (int) last
                    + ", but the image has frames 0 to " + (nFrames - 1)
                    + ": open the movie that these cells come from");
        }
        if (!cells.hasColumn("RADIUS")) {
            final double[] radii = new double[cells.size()];
            Arrays.fill(radii, 5 * Math.max(voxelSize.x(), voxelSize.y())); // drawn only; no measure depends on it
            cells = cells.withColumn("RADIUS", radii);
        }
        return new CellsByFrame(cells, new KeptValues.Table(path.getFileName().toString()));
    }

    /** Returns what stands for the file where its values are kept. */
    KeptValues.Table source() {
        return source;
    }

    /** Returns the cells of one frame, with all columns. */
    CellTable frame(final int number) {
        final boolean[] isHere = new boolean[frames.length];
        for (int row = 0; row < frames.length; row++) {
            isHere[row] = frames[row] == number;
        }
        return cells.select(isHere);
    }
}
