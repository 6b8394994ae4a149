/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import ij.Prefs;
import java.io.IOException;
import java.io.Reader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.CodeSource;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Which console script is started: that of the dialog, else of ImageJ's preference, else of the file that
 * {@code volltrack fiji install} leaves in Fiji's folder, else {@code volltrack} wherever the system finds it.
 */
public final class PythonCommand {

    /** ImageJ's preference that holds the path of the console script. */
    public static final String PREFERENCE = "btrackmate.command";

    /** File in the folder of Fiji, in the format of Java's properties, UTF-8. */
    public static final String FILE = "btrackmate.properties";

    /** What that file says: {@code command = /home/me/env/bin/volltrack}. */
    static final String KEY = "command";

    private static final String STANDARD = "volltrack";

    private static final Pattern NAME = Pattern.compile("(?i)volltrack([-_.]?[\\w.-]*)");

    /** Jars lie in Fiji's folder jars, plugins, or one below. */
    private static final int MAX_DEPTH = 3;

    private PythonCommand() {}

    /**
     * Returns the script to start.
     *
     * @param given
     *            what the user gave; null or empty for the installed one.
     * @return name or path of the script; one word of a command line that no shell sees.
     * @throws ScriptFailed
     *             if what was given is no name or path of volltrack, or if the installed file cannot be read.
     */
    public static String choose(final String given) {
        return choose(given, Prefs.get(PREFERENCE, ""), ownPlace());
    }

    static String choose(final String given, final String preferred, final Path ownPlace) {
        if (!isEmpty(given)) {
            return requireVolltrack(given.trim(), "volltrack command");
        }
        if (!isEmpty(preferred)) {
            return requireVolltrack(preferred.trim(), "ImageJ's preference " + PREFERENCE);
        }
        final Path file = findFile(ownPlace);
        final String installed = file == null ? "" : read(file);
        return isEmpty(installed) ? STANDARD : requirePlain(installed.trim(), file.toString());
    }

    /** A macro may come from anywhere: what it calls volltrack must at least be called so, and be nothing but a name. */
    private static String requireVolltrack(final String command, final String where) {
        requirePlain(command, where);
        final String name = command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1);
        if (!NAME.matcher(name).matches()) {
            throw new ScriptFailed(where + " '" + command + "': expected the path of Python's script 'volltrack', such as "
                    + "/home/me/env/bin/volltrack or C:\\env\\Scripts\\volltrack.exe, without options");
        }
        return command;
    }

    private static String requirePlain(final String command, final String where) {
        final String lower = command.toLowerCase(Locale.ROOT);
        if (command.chars().anyMatch(Character::isISOControl)) {
            throw new ScriptFailed(where + " '" + command.replaceAll("\\p{Cntrl}", "\uFFFD")
                    + "': holds a line break or another control character: expected the path of one program");
        }
        if (lower.endsWith(".bat") || lower.endsWith(".cmd")) { // Windows reads their arguments as a shell does
            throw new ScriptFailed(where + " '" + command
                    + "': a batch file is not started: expected volltrack.exe in the folder Scripts of that Python");
        }
        return command;
    }

    private static boolean isEmpty(final String text) {
        return text == null || text.trim().isEmpty();
    }

    /** Returns the jar of this class; null if Java does not tell. */
    private static Path ownPlace() {
        final CodeSource source = PythonCommand.class.getProtectionDomain().getCodeSource();
        try {
            return source == null || source.getLocation() == null ? null : Paths.get(source.getLocation().toURI());
        } catch (final URISyntaxException | RuntimeException exception) { // a place that is no file
            return null;
        }
    }

    private static Path findFile(final Path ownPlace) {
        Path folder = ownPlace == null ? null : ownPlace.getParent();
        for (int depth = 0; folder != null && depth < MAX_DEPTH; depth++) {
            if (Files.isRegularFile(folder.resolve(FILE))) {
                return folder.resolve(FILE);
            }
            folder = folder.getParent();
        }
        return null;
    }

    private static String read(final Path file) {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final IOException | IllegalArgumentException exception) {
            throw new ScriptFailed(file + " cannot be read (" + exception + "): run 'volltrack fiji install' on "
                    + file.getParent() + " again, or give the path of the script as 'volltrack command'");
        }
        return properties.getProperty(KEY, "");
    }
}
