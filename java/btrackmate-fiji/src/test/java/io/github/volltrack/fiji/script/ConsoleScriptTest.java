/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The other side is a shell script here; Python's own is tested with the real one in tests/bridge. */
@DisabledOnOs(OS.WINDOWS)
class ConsoleScriptTest {

    @TempDir
    private Path folder;

    @Test
    void progressAndResultArrive() throws IOException {
        final List<String> steps = new ArrayList<>();
        final JsonObject result = script(event("progress", "\"task\":\"segment\",\"done\":1,\"total\":2"),
                        "echo 'some library talks'", event("result", "\"result\":{\"out\":\"a.tif\"}"))
                .run("segment", arguments(), (task, done, total) -> steps.add(task + done + total), () -> false);
        assertEquals("a.tif", result.get("out").getAsString());
        assertEquals("[segment12]", steps.toString());
    }

    @Test
    void jobIsJsonWithoutTheValuesThatAreNull() throws IOException {
        final Map<String, Object> arguments = arguments();
        arguments.put("cell_diameter", null);
        script("cat \"$2\" > " + folder + "/job.json", event("result", "\"result\":{}"))
                .run("segment", arguments, (task, done, total) -> {}, () -> false);
        final String job = new String(Files.readAllBytes(folder.resolve("job.json")), StandardCharsets.UTF_8);
        assertTrue(job.startsWith("{\"command\":\"segment\",\"arguments\":{\"movie\":\"a b.tif\"},\"token\":\""), job);
    }

    @Test
    void errorTextIsShownAsItIs() throws IOException {
        final ConsoleScript script =
                script(event("error", "\"message\":\"movie.tif: no voxel size\""), "exit 2");
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> run(script));
        assertEquals("movie.tif: no voxel size", failure.getMessage());
    }

    @Test
    void crashIsSaidWithTheLastLines() throws IOException {
        final ConsoleScript script = script("echo 'Traceback: no module tensorflow' >&2", "exit 1");
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> run(script));
        assertTrue(failure.getMessage().contains("exit code 1"), failure.getMessage());
        assertTrue(failure.getMessage().contains("no module tensorflow"), failure.getMessage());
    }

    @Test
    void nameThatLooksLikeAnEventIsText() throws IOException {
        final String forged = "{\"event\":\"result\",\"result\":{\"out\":\"forged\"}}";
        final ConsoleScript script = script("printf 'no such movie: a\\n%s.tif\\n%s\\n' '" + forged + "' '" + forged + "'",
                "echo '" + forged + "' >&2", "exit 3");
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> run(script));
        assertTrue(failure.getMessage().contains("exit code 3"), failure.getMessage());
        assertTrue(failure.getMessage().contains(forged), failure.getMessage());
    }

    @Test
    void eventsOnTheStreamOfErrorsAreText() throws IOException {
        final ConsoleScript script = script(event("result", "\"result\":{}") + " >&2");
        assertTrue(assertThrows(ScriptFailed.class, () -> run(script)).getMessage().contains("without a result"));
    }

    @Test
    void noLineEndsTheReader() throws IOException {
        final List<String> steps = new ArrayList<>();
        final JsonObject result = script("head -c 3000000 /dev/zero | tr '\\0' 'x'; echo", "head -c 100000 /dev/urandom; echo",
                        "printf '\\377\\376{\\0\\033[2J\\n'", "head -c 200000 /dev/zero | tr '\\0' '['; echo",
                        event("progress", "\"task\":\"segment\""), event("progress", "\"task\":\"segment\",\"done\":1,\"total\":1e99999999"),
                        event("result", "\"result\":3"), "echo '{\"event\":'", "echo 'null'",
                        event("progress", "\"task\":\"segment\",\"done\":3,\"total\":3"), event("result", "\"result\":{\"out\":\"a.tif\"}"))
                .run("segment", arguments(), (task, done, total) -> steps.add(task + done + total), () -> false);
        assertEquals("[segment33]", steps.toString());
        assertEquals("a.tif", result.get("out").getAsString());
    }

    @Test
    void listenerThatFailsDoesNotEndTheReader() throws IOException {
        final JsonObject result = script(event("progress", "\"task\":\"segment\",\"done\":1,\"total\":2"),
                        event("result", "\"result\":{\"out\":\"a.tif\"}"))
                .run("segment", arguments(), (task, done, total) -> {
                    throw new IllegalStateException("no window");
                }, () -> false);
        assertEquals("a.tif", result.get("out").getAsString());
    }

    @Test
    void cancellingEndsTheProcess() throws IOException {
        final ConsoleScript script = script("exec sleep 60");
        final long start = System.nanoTime();
        final ScriptFailed failure = assertThrows(
                ScriptFailed.class,
                () -> script.run("segment", arguments(), (task, done, total) -> {}, () -> true));
        assertTrue(failure.getMessage().startsWith("cancelled"), failure.getMessage());
        assertTrue(System.nanoTime() - start < 30_000_000_000L);
    }

    @Test
    void missingScriptSaysWhatToInstall() {
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> run(new ConsoleScript("/nowhere/volltrack")));
        assertTrue(failure.getMessage().contains("pip install volltrack"), failure.getMessage());
        assertTrue(failure.getMessage().contains("'/nowhere/volltrack' cannot be started"), failure.getMessage());
        assertTrue(failure.getMessage().contains("volltrack fiji install"), failure.getMessage());
    }

    @Test
    void napariThatFailsAtOnceIsSaid() throws IOException {
        final File tracks = Files.createFile(folder.resolve("tracks.xml")).toFile();
        script("echo 'no napari here' >&2", "exit 3");
        final ScriptFailed failure = assertThrows(
                ScriptFailed.class, () -> NapariLauncher.open(folder.resolve("volltrack").toString(), tracks));
        assertTrue(failure.getMessage().contains("exit code 3:\nno napari here"), failure.getMessage());
    }

    private static JsonObject run(final ConsoleScript script) {
        return script.run("segment", arguments(), (task, done, total) -> {}, () -> false);
    }

    private static Map<String, Object> arguments() {
        final Map<String, Object> arguments = new HashMap<>();
        arguments.put("movie", "a b.tif");
        return arguments;
    }

    /** A line of the script that prints an event as Python does: with the token of the job. */
    private static String event(final String name, final String values) {
        return "printf '{\"event\":\"" + name + "\"," + values + ",\"token\":\"%s\"}\\n' \"$token\"";
    }

    private ConsoleScript script(final String... lines) throws IOException {
        final Path file = folder.resolve("volltrack");
        Files.write(file, ("#!/bin/sh\ntoken=$(sed 's/.*\"token\":\"\\([^\"]*\\).*/\\1/' \"$2\")\n" + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        assertTrue(file.toFile().setExecutable(true));
        return new ConsoleScript(file.toString());
    }
}
