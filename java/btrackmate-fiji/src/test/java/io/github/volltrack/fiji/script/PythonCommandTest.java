/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonCommandTest {

    @TempDir
    private Path fiji;

    private Path jar;

    @BeforeEach
    void makeFolder() throws IOException {
        jar = Files.createDirectories(fiji.resolve("jars")).resolve("btrackmate-fiji-0.1.0.jar");
    }

    @Test
    void dialogWinsOverPreferenceAndFile() throws IOException {
        install("command=/installed/volltrack");
        assertEquals("/given/volltrack", PythonCommand.choose(" /given/volltrack ", "/preferred/volltrack", jar));
        assertEquals("/preferred/volltrack", PythonCommand.choose(" ", "/preferred/volltrack", jar));
        assertEquals("/installed/volltrack", PythonCommand.choose(null, "", jar));
    }

    @Test
    void fileIsFoundFromAFolderBelowJarsOrPlugins() throws IOException {
        install("command=/installed/volltrack");
        assertEquals("/installed/volltrack", PythonCommand.choose("", "", fiji.resolve("plugins/btrackmate-fiji.jar")));
        assertEquals("/installed/volltrack", PythonCommand.choose("", "", fiji.resolve("jars/own/btrackmate-fiji.jar")));
    }

    @Test
    void withoutAnyTheSystemFindsIt() throws IOException {
        assertEquals("volltrack", PythonCommand.choose("", "", jar));
        assertEquals("volltrack", PythonCommand.choose("", "", null));
        install("# nothing here");
        assertEquals("volltrack", PythonCommand.choose("", "", jar));
    }

    @Test
    void pathsOfWindowsAndOtherLettersAreRead() throws IOException {
        install("# by volltrack\ncommand=C:\\\\Users\\\\J\u00f6rg M\\\\Scripts\\\\volltrack.exe");
        assertEquals("C:\\Users\\J\u00f6rg M\\Scripts\\volltrack.exe", PythonCommand.choose("", "", jar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm", "/bin/sh", "volltrack --help", "sh -c volltrack", "/env/bin/volltrack; rm x", "volltrack\nrm",
        "volltrack] out=[/etc/passwd", "/env/bin/", "volltrack.bat", "C:\\env\\volltrack.cmd", "not-volltrack"})
    void whatIsNoPathOfVolltrackIsRefused(final String command) {
        final ScriptFailed given = assertThrows(ScriptFailed.class, () -> PythonCommand.choose(command, "", jar));
        assertTrue(given.getMessage().contains("expected"), given.getMessage());
        assertFalse(given.getMessage().contains("\n"), given.getMessage());
        final ScriptFailed preferred = assertThrows(ScriptFailed.class, () -> PythonCommand.choose("", command, jar));
        assertTrue(preferred.getMessage().contains(PythonCommand.PREFERENCE), preferred.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"volltrack", "/home/J\u00f6rg M/env/bin/volltrack", "C:\\Program Files\\env\\Scripts\\volltrack.exe",
        "./volltrack-0.2", "/env/bin/volltrack3.13"})
    void everyPathOfVolltrackIsTaken(final String command) {
        assertEquals(command, PythonCommand.choose(command, "", jar));
    }

    @Test
    void damagedFileSaysWhatToDo() throws IOException {
        install("command=C:\\users\\me");
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> PythonCommand.choose("", "", jar));
        assertTrue(failure.getMessage().contains("volltrack fiji install"), failure.getMessage());
        assertTrue(failure.getMessage().contains(PythonCommand.FILE), failure.getMessage());
    }

    private void install(final String text) throws IOException {
        Files.write(fiji.resolve(PythonCommand.FILE), text.getBytes(StandardCharsets.UTF_8));
    }
}
