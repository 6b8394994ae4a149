/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;

/**
 * One line that a job prints as an event. A line of any other kind, or one that does not repeat the job's token, is
 * text: names of files are printed, too, and a name can hold whatever an event holds but the token.
 */
final class ScriptEvent {

    /** What an event tells. */
    enum Kind {
        PROGRESS,
        RESULT,
        ERROR
    }

    private static final int MAX_DEPTH = 32;
    private static final int MAX_DIGITS = 18;

    private final Kind kind;
    private final String text;
    private final long done;
    private final long total;
    private final JsonObject result;

    private ScriptEvent(
            final Kind kind, final String text, final long done, final long total, final JsonObject result) {
        this.kind = kind;
        this.text = text;
        this.done = done;
        this.total = total;
        this.result = result;
    }

    /**
     * Reads a line.
     *
     * @param line
     *            any text.
     * @param token
     *            what the job's events repeat.
     * @return null if it is no event of this job.
     */
    static ScriptEvent parse(final String line, final String token) {
        if (!line.startsWith("{") || !line.contains(token) || isDeep(line)) {
            return null;
        }
        try {
            final JsonObject event = new Gson().fromJson(line, JsonObject.class);
            return token.equals(word(event, "token")) ? read(event) : null;
        } catch (final JsonParseException | IllegalArgumentException exception) {
            return null;
        }
    }

    /** Gson reads what is nested by calling itself. */
    private static boolean isDeep(final String line) {
        int depth = 0;
        boolean isInText = false;
        for (int i = 0; i < line.length() && depth <= MAX_DEPTH; i++) {
            final char letter = line.charAt(i);
            if (letter == '\\') {
                i++; // whatever comes next, it ends no text
            } else if (letter == '"') {
                isInText = !isInText;
            } else if (!isInText) {
                depth += letter == '{' || letter == '[' ? 1 : letter == '}' || letter == ']' ? -1 : 0;
            }
        }
        return depth > MAX_DEPTH;
    }

    private static ScriptEvent read(final JsonObject event) {
        switch (word(event, "event")) {
            case "progress":
                return new ScriptEvent(
                        Kind.PROGRESS, word(event, "task"), whole(event, "done"), whole(event, "total"), null);
            case "result":
                final JsonElement result = event.get("result");
                if (result == null || !result.isJsonObject()) {
                    throw new JsonParseException("a result that is no object");
                }
                return new ScriptEvent(Kind.RESULT, "", 0, 0, result.getAsJsonObject());
            case "error":
                return new ScriptEvent(Kind.ERROR, word(event, "message"), 0, 0, null);
            default:
                return null;
        }
    }

    private static String word(final JsonObject event, final String key) {
        final JsonPrimitive value = primitive(event, key);
        if (!value.isString()) {
            throw new JsonParseException(key + " is no text");
        }
        return value.getAsString();
    }

    private static long whole(final JsonObject event, final String key) {
        final JsonPrimitive value = primitive(event, key);
        final String digits = value.getAsString();
        if (!value.isNumber() || digits.length() > MAX_DIGITS) { // 1e999999999 would take a day and all memory
            throw new JsonParseException(key + " is no count");
        }
        return Long.parseLong(digits);
    }

    private static JsonPrimitive primitive(final JsonObject event, final String key) {
        final JsonElement value = event == null ? null : event.get(key);
        if (value == null || !value.isJsonPrimitive()) {
            throw new JsonParseException("no " + key);
        }
        return value.getAsJsonPrimitive();
    }

    Kind kind() {
        return kind;
    }

    /** Returns the task of a progress, or the message of an error. */
    String text() {
        return text;
    }

    long done() {
        return done;
    }

    long total() {
        return total;
    }

    JsonObject result() {
        return result;
    }
}
