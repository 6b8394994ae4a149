/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of a job that are damaged, forged, or of another program. */
class ScriptOutputTest {

    private static final String TOKEN = "s3cret";
    private static final String[] GOOD = {
        "{\"event\": \"progress\", \"task\": \"segment\", \"done\": 3, \"total\": 20, \"token\": \"s3cret\"}",
        "{\"event\": \"result\", \"result\": {\"out\": \"a.tif\", \"more\": [1, {\"x\": null}]}, \"token\": \"s3cret\"}",
        "{\"event\": \"error\", \"message\": \"a \\n b \\u00b5\", \"exit_code\": 2, \"token\": \"s3cret\"}"
    };

    @Test
    void eventsAreRead() {
        final ScriptEvent progress = ScriptEvent.parse(GOOD[0], TOKEN);
        assertEquals("segment 3 20", progress.text() + " " + progress.done() + " " + progress.total());
        assertEquals("a.tif", ScriptEvent.parse(GOOD[1], TOKEN).result().get("out").getAsString());
        assertEquals("a \n b \u00b5", ScriptEvent.parse(GOOD[2], TOKEN).text());
    }

    @Test
    void nameFullOfBracketsIsNoDepth() {
        final String name = String.join("", Collections.nCopies(100, "[{\\\"]"));
        final String line = GOOD[2].replace("a ", name);
        assertNotNull(ScriptEvent.parse(line, TOKEN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "null", "{\"token\": \"s3cret\"}", "{\"event\": 3, \"token\": \"s3cret\"}",
        "{\"event\": null, \"token\": \"s3cret\"}", "{\"event\": [], \"token\": \"s3cret\"}",
        "{\"event\": \"dance\", \"token\": \"s3cret\"}", "{\"event\": \"error\", \"message\": {}, \"token\": \"s3cret\"}",
        "{\"event\": \"error\", \"token\": \"s3cret\"}", "{\"event\": \"result\", \"result\": [], \"token\": \"s3cret\"}",
        "{\"event\": \"result\", \"result\": {}, \"token\": [\"s3cret\"]}",
        "{\"event\": \"result\", \"result\": {\"token\": \"s3cret\"}}",
        "{\"event\": \"result\", \"result\": {\"name\": \"s3cret\"}, \"token\": \"other\"}",
        "{\"event\": \"result\", \"result\": {}}",
        "{\"event\": \"progress\", \"task\": \"t\", \"done\": -, \"total\": 3, \"token\": \"s3cret\"}",
        "{\"event\": \"progress\", \"task\": \"t\", \"done\": 1.5, \"total\": 3, \"token\": \"s3cret\"}",
        "{\"event\": \"progress\", \"task\": \"t\", \"done\": 1, \"total\": 1e999999999, \"token\": \"s3cret\"}",
        "{\"event\": \"progress\", \"task\": \"t\", \"done\": \"1\", \"total\": 3, \"token\": \"s3cret\"}"})
    void everyOtherLineIsText(final String line) {
        assertNull(ScriptEvent.parse(line, TOKEN));
    }

    @Test
    void deepLineIsText() {
        final String deep = String.join("", Collections.nCopies(200_000, "{\"a\":"));
        assertNull(ScriptEvent.parse(deep + "\"s3cret\"", TOKEN));
    }

    @Test
    void damagedLinesAreSurvived() {
        final Random random = new Random(20261130);
        int nEvents = 0;
        for (int i = 0; i < 20_000; i++) {
            final StringBuilder line = new StringBuilder(GOOD[random.nextInt(GOOD.length)]);
            for (int change = random.nextInt(4); change >= 0 && line.length() > 0; change--) {
                final int place = random.nextInt(line.length());
                switch (random.nextInt(4)) {
                    case 0:
                        line.deleteCharAt(place);
                        break;
                    case 1:
                        line.insert(place, "{}[]\",:\\0e-\u0000\u2028\ud800".charAt(random.nextInt(14)));
                        break;
                    case 2:
                        line.setCharAt(place, (char) random.nextInt(0x10000));
                        break;
                    default:
                        line.setLength(place + 1);
                }
            }
            nEvents += ScriptEvent.parse(line.toString(), TOKEN) == null ? 0 : 1;
        }
        assertTrue(nEvents > 1000 && nEvents < 19_000, "some survive, some do not: " + nEvents);
    }

    @Test
    void bytesOfAnyKindAreLines() throws IOException {
        final Random random = new Random(7);
        final ScriptOutput output = new ScriptOutput((task, done, total) -> {}, TOKEN);
        for (int i = 0; i < 300; i++) {
            final byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            final TextLines lines = new TextLines(new ByteArrayInputStream(bytes));
            for (String line = lines.next(); line != null; line = lines.next()) {
                output.add(line);
            }
        }
        output.add(GOOD[1]);
        assertEquals("a.tif", output.requireResult("segment", 0).get("out").getAsString());
    }

    @Test
    void lineWithoutEndIsCut() throws IOException {
        final byte[] bytes = new byte[3 * TextLines.MAX_LENGTH];
        Arrays.fill(bytes, (byte) 'x');
        final TextLines lines = new TextLines(new ByteArrayInputStream(bytes));
        assertEquals(TextLines.MAX_LENGTH, lines.next().length());
        assertNull(lines.next());
    }

    @Test
    void linesEndAsOnEverySystem() throws IOException {
        final TextLines lines = new TextLines(new ByteArrayInputStream("a\nb\r\nc\rd".getBytes(StandardCharsets.UTF_8)));
        final StringBuilder all = new StringBuilder();
        for (String line = lines.next(); line != null; line = lines.next()) {
            all.append(line).append('|');
        }
        assertEquals("a|b||c|d|", all.toString());
    }

    @Test
    void controlCharactersAreMarkedWhereTextIsShown() {
        final ScriptOutput output = new ScriptOutput((task, done, total) -> {}, TOKEN);
        output.add("a\u001b[2J\u0000b\tc");
        final ScriptFailed failure = assertThrows(ScriptFailed.class, () -> output.requireResult("segment", 1));
        assertTrue(failure.getMessage().endsWith("a\ufffd[2J\ufffdb\tc"), failure.getMessage());
    }
}
