/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import ij.IJ;
import ij.ImagePlus;
import io.github.volltrack.core.error.BadSettingsException;
import io.github.volltrack.fiji.script.ConsoleScript;
import io.github.volltrack.fiji.script.PythonCommand;
import java.awt.GraphicsEnvironment;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import org.scijava.ItemIO;
import org.scijava.app.StatusService;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Segments a movie with VollSeg in Python and opens the labels; Escape cancels. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Segment with VollSeg...", headless = true)
public final class SegmentCommand extends ReportingCommand {

    @Parameter(required = false)
    private StatusService status;

    @Parameter(label = "Raw movie (TIFF)", persist = false)
    private File movie;

    @Parameter(label = "Channel", min = "1", required = false, persist = false)
    private int channel = 1;

    @Parameter(label = "Typical cell diameter (0: estimate)", min = "0", required = false, persist = false)
    private double cellDiameter;

    @Parameter(label = "Save labels as", style = "save", persist = false)
    private File out;

    @Parameter(label = "Replace old labels", required = false, persist = false)
    private boolean overwrite;

    @Parameter(label = "Open the labels", required = false, persist = false)
    private boolean openLabels = true;

    @Parameter(label = "volltrack command (empty: as installed)", required = false)
    private String command = "";

    @Parameter(type = ItemIO.OUTPUT)
    private ImagePlus labels;

    @Override
    protected void work() {
        if (!movie.isFile()) {
            throw new BadSettingsException("movie '" + movie + "': there is no such file; save the image as TIFF first");
        }
        final Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("movie", movie.getAbsolutePath());
        arguments.put("channel", channel);
        arguments.put("cell_diameter", cellDiameter > 0 ? cellDiameter : null);
        arguments.put("out", out.getAbsolutePath());
        arguments.put("overwrite", overwrite);
        new ConsoleScript(PythonCommand.choose(command))
                .run("segment", arguments, this::showProgress, this::isEscaped);
        if (openLabels) {
            labels = IJ.openImage(out.getAbsolutePath());
        }
    }

    private void showProgress(final String task, final long done, final long total) {
        if (status != null) {
            status.showStatus((int) done, (int) total, task + " " + done + "/" + total);
        }
    }

    private boolean isEscaped() {
        return isCanceled() || !GraphicsEnvironment.isHeadless() && IJ.escapePressed();
    }
}
