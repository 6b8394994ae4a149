/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Runs one job of VollTrack in its own process, tells its progress, and can be stopped. */
public final class ConsoleScript {

    private static final long SECONDS_TO_STOP = 10;
    private static final long MILLISECONDS_TO_END = 10_000;

    private final String command;

    /**
     * Names the script.
     *
     * @param command
     *            {@code volltrack}, or its path, such as {@code /home/me/env/bin/volltrack}.
     */
    public ConsoleScript(final String command) {
        this.command = command.trim();
    }

    /** Told of the progress of a job. */
    @FunctionalInterface
    public interface OnProgress {

        /**
         * Tells one step.
         *
         * @param task
         *            what is done.
         * @param done
         *            units that are done.
         * @param total
         *            units in all.
         */
        void step(String task, long done, long total);
    }

    /**
     * Runs a job to its end.
     *
     * @param job
     *            name of the subcommand, such as {@code segment}.
     * @param arguments
     *            its options by their long name with underscores; null values are left out.
     * @param onProgress
     *            told of each step, from another thread.
     * @param isCancelled
     *            asked a few times per second.
     * @return the result that the script printed.
     * @throws ScriptFailed
     *             if it cannot be started, is cancelled, or ends with an error: then with its own message.
     */
    public JsonObject run(
            final String job,
            final Map<String, Object> arguments,
            final OnProgress onProgress,
            final BooleanSupplier isCancelled) {
        Path file = null;
        try {
            final String token = new BigInteger(130, new SecureRandom()).toString(36);
            file = writeJob(job, arguments, token);
            final Process process = start(file);
            final ScriptOutput output = new ScriptOutput(onProgress, token);
            final Thread events = read(process.getInputStream(), output::add, output);
            final Thread texts = read(process.getErrorStream(), output::addText, output);
            waitFor(process, isCancelled);
            events.join(MILLISECONDS_TO_END); // a child that lives on may hold the streams open
            texts.join(MILLISECONDS_TO_END);
            return output.requireResult(job, process.exitValue());
        } catch (final IOException exception) {
            throw new ScriptFailed("the job for '" + command + "' cannot be written: " + exception);
        } catch (final InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new ScriptFailed(job + " was interrupted");
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    private static Path writeJob(final String job, final Map<String, Object> arguments, final String token)
            throws IOException {
        final Gson gson = new Gson(); // leaves nulls out
        final JsonObject text = new JsonObject();
        text.addProperty("command", job);
        text.add("arguments", gson.toJsonTree(arguments));
        text.addProperty("token", token);
        final Path file = Files.createTempFile("volltrack", ".json");
        Files.write(file, gson.toJson(text).getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private Process start(final Path file) {
        try {
            final ProcessBuilder builder = new ProcessBuilder(Arrays.asList(command, "job", file.toString()));
            builder.environment().put("PYTHONIOENCODING", "utf-8");
            builder.environment().put("PYTHONUNBUFFERED", "1");
            return builder.start();
        } catch (final IOException exception) {
            throw cannotStart(command, exception);
        }
    }

    private static Thread read(final InputStream stream, final Consumer<String> taker, final ScriptOutput output) {
        final Thread reader = new Thread(() -> {
            try (InputStream open = stream) {
                final TextLines lines = new TextLines(open);
                for (String line = lines.next(); line != null; line = lines.next()) {
                    take(line, taker, output);
                }
            } catch (final IOException exception) {
                output.addText(exception.toString());
            }
        }, "volltrack job");
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** Takes a line; whatever goes wrong with it, the next ones are read, or the job would wait for a reader for ever. */
    private static void take(final String line, final Consumer<String> taker, final ScriptOutput output) {
        try {
            taker.accept(line);
        } catch (final RuntimeException exception) {
            output.addText(line);
            output.addText(exception.toString());
        }
    }

    private static void waitFor(final Process process, final BooleanSupplier isCancelled)
            throws InterruptedException {
        while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            if (isCancelled.getAsBoolean()) {
                process.destroy();
                if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
                throw new ScriptFailed("cancelled; finished results are kept");
            }
        }
    }

    /** Says what to do if the script does not start. */
    static ScriptFailed cannotStart(final String command, final IOException exception) {
        return new ScriptFailed("'" + command + "' cannot be started (" + exception.getMessage()
                + "): install Python's package volltrack ('pip install volltrack'), then run 'volltrack fiji install' with "
                + "the folder of this Fiji, or give the path of the script, such as /home/me/env/bin/volltrack, as "
                + "'volltrack command'");
    }
}
