package io.github.volltrack.core.table;

import io.github.volltrack.core.error.BadFileException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** Writes tables of cells in VollTrack's own layout. */
public final class CellsCsvWriter {

    /** Whole numbers up to here are written without a decimal point; each is exact as a double. */
    private static final double MAX_WHOLE = 1e15;

    private CellsCsvWriter() {}

    /**
     * Writes a table; nothing half-written is left behind if that fails.
     *
     * @param cells
     *            the table.
     * @param path
     *            the file; an old one is replaced.
     * @throws BadFileException
     *             if the file cannot be written.
     */
    public static void write(final CellTable cells, final Path path) {
        final Path part = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                writeTable(cells, out);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException exception) {
            try {
                Files.deleteIfExists(part);
            } catch (final IOException second) {
                exception.addSuppressed(second);
            }
            throw new BadFileException(path.getFileName().toString(), 0, "cannot be written: " + exception);
        }
    }

    private static void writeTable(final CellTable cells, final BufferedWriter out) throws IOException {
        for (final String comment : cells.comments()) {
            out.write("# " + comment + "\n");
        }
        final List<String> names = cells.columnNames();
        final double[][] columns = names.stream().map(cells::values).toArray(double[][]::new);
        final String[] cellNames = cells.cellNames().orElse(null);
        final StringBuilder line = new StringBuilder();
        names.forEach(name -> line.append(',').append(CsvLine.quote(name)));
        if (cellNames != null) {
            line.append(',').append(ColumnNames.NAME);
        }
        writeLine(line, out);
        for (int row = 0; row < cells.size(); row++) {
            line.setLength(0);
            for (final double[] column : columns) {
                line.append(',').append(format(column[row]));
            }
            if (cellNames != null) {
                line.append(',').append(CsvLine.quote(cellNames[row]));
            }
            writeLine(line, out);
        }
    }

    /** Writes a line without its leading comma. */
    private static void writeLine(final StringBuilder line, final BufferedWriter out) throws IOException {
        out.append(line, Math.min(1, line.length()), line.length()).append('\n');
    }

    private static String format(final double value) {
        if (value == Math.rint(value) && Math.abs(value) < MAX_WHOLE && !(value == 0 && 1 / value < 0)) {
            return Long.toString((long) value);
        }
        return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
    }
}
