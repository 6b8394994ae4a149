/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a job prints: events, one JSON object per line, and whatever else the process says. */
final class ScriptOutput {

    private static final int MAX_LINES = 40;
    private static final int MAX_WIDTH = 1000;

    private final ConsoleScript.OnProgress onProgress;
    private final String token;
    private final Deque<String> others = new ArrayDeque<>();
    private JsonObject result;
    private String error;

    /**
     * Makes an empty output.
     *
     * @param onProgress
     *            told of each step.
     * @param token
     *            what the job's events repeat.
     */
    ScriptOutput(final ConsoleScript.OnProgress onProgress, final String token) {
        this.onProgress = onProgress;
        this.token = token;
    }

    /** Takes a line of the stream that events come on; one that is no event is text. */
    synchronized void add(final String line) {
        final ScriptEvent event = ScriptEvent.parse(line, token);
        if (event == null) {
            addText(line);
            return;
        }
        switch (event.kind()) {
            case PROGRESS:
                onProgress.step(event.text(), event.done(), event.total());
                break;
            case RESULT:
                result = event.result();
                break;
            default:
                error = event.text();
        }
    }

    /** Takes a line that is shown if the job fails; what no window can show is marked. */
    synchronized void addText(final String line) {
        final String shown = line.replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD").trim();
        if (shown.isEmpty()) {
            return;
        }
        others.add(shown.length() <= MAX_WIDTH ? shown : shown.substring(0, MAX_WIDTH) + " ...");
        if (others.size() > MAX_LINES) {
            others.remove();
        }
    }

    /** Returns the last lines that are no events. */
    synchronized String text() {
        return String.join("\n", others);
    }

    /** Returns the result, or says what went wrong in the script's own words. */
    synchronized JsonObject requireResult(final String job, final int exitCode) {
        if (error != null) {
            throw new ScriptFailed(error);
        }
        if (exitCode != 0 || result == null) {
            throw new ScriptFailed("volltrack " + job + " ended with exit code " + exitCode
                    + " and without a result; it said:\n" + text());
        }
        return result;
    }
}
