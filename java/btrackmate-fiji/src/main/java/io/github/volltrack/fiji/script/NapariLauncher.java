/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/** Starts napari beside Fiji and lets it run. */
public final class NapariLauncher {

    private static final long SECONDS_TO_FAIL = 5;

    private NapariLauncher() {}

    /**
     * Opens a file in napari; returns when it starts, or has not failed at once.
     *
     * @param command
     *            {@code volltrack}, or its path.
     * @param tracks
     *            TrackMate's XML.
     * @throws ScriptFailed
     *             if there is no such file, or the script does not start or ends with an error: then with its words.
     */
    public static void open(final String command, final File tracks) {
        if (!tracks.isFile()) {
            throw new ScriptFailed("'" + tracks + "': there is no such file; save the session first");
        }
        try {
            final File said = File.createTempFile("volltrack", ".txt");
            said.deleteOnExit();
            final Process process = new ProcessBuilder(command.trim(), "napari", tracks.getAbsolutePath())
                    .redirectErrorStream(true)
                    .redirectOutput(said)
                    .start();
            if (process.waitFor(SECONDS_TO_FAIL, TimeUnit.SECONDS) && process.exitValue() != 0) {
                throw new ScriptFailed(readEnd(said, process.exitValue()));
            }
        } catch (final IOException exception) {
            throw ConsoleScript.cannotStart(command, exception);
        } catch (final InterruptedException exception) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says how napari ended, with its last words. */
    private static String readEnd(final File said, final int exitCode) throws IOException {
        final ScriptOutput output = new ScriptOutput((task, done, total) -> {}, "");
        try (InputStream stream = Files.newInputStream(said.toPath())) {
            final TextLines lines = new TextLines(stream);
            for (String line = lines.next(); line != null; line = lines.next()) {
                output.addText(line);
            }
        }
        return "volltrack napari ended with exit code " + exitCode + ":\n" + output.text();
    }
}
