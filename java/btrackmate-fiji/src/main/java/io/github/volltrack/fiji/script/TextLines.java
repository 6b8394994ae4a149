/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** The lines of a stream, whatever it holds: bytes that are no UTF-8 are marked, and a line without end is cut. */
final class TextLines {

    /** Longest line that is kept, in characters; events are shorter. */
    static final int MAX_LENGTH = 1 << 20;

    private final Reader reader;

    TextLines(final InputStream stream) {
        reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Returns the next line, without its end; null after the last. */
    String next() throws IOException {
        final StringBuilder line = new StringBuilder();
        int letter = reader.read();
        if (letter < 0) {
            return null;
        }
        while (letter >= 0 && letter != '\n' && letter != '\r') {
            if (line.length() < MAX_LENGTH) {
                line.append((char) letter);
            }
            letter = reader.read();
        }
        return line.toString();
    }
}
