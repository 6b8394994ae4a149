/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import io.github.volltrack.fiji.script.NapariLauncher;
import io.github.volltrack.fiji.script.PythonCommand;
import java.io.File;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/** Opens a TrackMate file in napari. */
@Plugin(type = Command.class, menuPath = "Plugins>Tracking>BTrackMate>Open in napari...", headless = true)
public final class OpenInNapariCommand extends ReportingCommand {

    @Parameter(label = "TrackMate file", persist = false)
    private File tracks;

    @Parameter(label = "volltrack command (empty: as installed)", required = false)
    private String command = "";

    @Override
    protected void work() {
        NapariLauncher.open(PythonCommand.choose(command), tracks);
    }
}
