/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.command;

import fiji.plugin.trackmate.Logger;
import ij.IJ;
import io.github.volltrack.core.error.VollTrackException;
import io.github.volltrack.fiji.session.TrackMateSession;
import java.awt.GraphicsEnvironment;
import java.io.File;
import org.scijava.command.ContextCommand;
import org.scijava.ui.UIService;

/**
 * A command that says what went wrong and is then cancelled, with the same words as the reason.
 *
 * <p>Its parameters, but for the Python to call, are not remembered from one call to the next: what a macro leaves out
 * has the default on every machine.
 */
public abstract class ReportingCommand extends ContextCommand {

    private static final String TITLE = "BTrackMate";
    private static final int MAX_WIDTH = 100;

    private static volatile String lastError = "";

    /**
     * Tells a macro how the last BTrackMate command ended:
     * {@code call("io.github.volltrack.fiji.command.ReportingCommand.lastError")}.
     *
     * @return what went wrong, or an empty text.
     */
    public static String lastError() {
        return lastError;
    }

    /** Keeps what went wrong before a command could run; returns it unless a macro would stop at its window. */
    static String note(final String message) {
        lastError = message;
        return MacroLine.isRunning() && !GraphicsEnvironment.isHeadless() ? null : message;
    }

    @Override
    public final void run() {
        lastError = "";
        try {
            work();
        } catch (final VollTrackException exception) {
            report(exception.getMessage());
        } catch (final LinkageError error) {
            report("this Fiji holds another TrackMate than BTrackMate runs in, 7.14 or 8.1 (" + error
                    + "): update Fiji (Help > Update...); 'volltrack fiji doctor' says what is missing");
        } catch (final OutOfMemoryError error) {
            report("out of memory: give Fiji more (Edit > Options > Memory & Threads), or crop the movie");
        } catch (final RuntimeException exception) { // else a macro that asks for the last error would hear of none
            report(describe(exception));
        }
    }

    /** Does the job; every {@link VollTrackException} is shown to the user. */
    protected abstract void work();

    /** Saves a session if a file is given, shows it if there is a screen. */
    final void finish(final TrackMateSession session, final File out) {
        if (isGiven(out)) {
            session.save(out);
            IJ.showStatus("saved " + out);
        }
        if (!GraphicsEnvironment.isHeadless()) {
            session.show();
        } else if (!isGiven(out)) {
            throw new VollTrackException("nothing was written: without a screen, give a file as 'out'");
        }
    }

    /** Returns ImageJ's log and status bar; without a screen nothing but errors. */
    static Logger logger() {
        return GraphicsEnvironment.isHeadless() ? new ErrorLogger() : Logger.IJ_LOGGER;
    }

    /** Whether a file is named; a dialog's empty field may be a file without a name. */
    static boolean isGiven(final File file) {
        return file != null && !file.getPath().isEmpty();
    }

    /** Returns a path for TrackMate's settings. */
    static String path(final File file) {
        return file == null ? "" : file.getPath();
    }

    private static String describe(final RuntimeException exception) {
        final StackTraceElement[] places = exception.getStackTrace();
        return "failed unexpectedly (" + exception + (places.length == 0 ? "" : ", at " + places[0])
                + "); nothing more was written. Please report it, with this message";
    }

    private void report(final String message) {
        lastError = message;
        if (GraphicsEnvironment.isHeadless()) {
            IJ.log(TITLE + ": " + message);
            cancel(message);
        } else if (IJ.macroRunning() || MacroLine.isRunning()) {
            IJ.log(TITLE + ": " + message);
            cancel(null); // Fiji opens a window for a reason, and a window stops a macro until somebody comes
        } else {
            cancel(wrap(message));
            if (!isReasonShown()) {
                IJ.error(TITLE, wrap(message));
            }
        }
    }

    /** Whether Fiji itself opens a window with the reason of cancelling; one is enough. */
    private boolean isReasonShown() {
        final UIService windows = getContext() == null ? null : getContext().getService(UIService.class);
        return windows != null && windows.isVisible();
    }

    /** Breaks long lines: a window of ImageJ is as wide as its longest, wider than the screen. */
    static String wrap(final String message) {
        final StringBuilder wrapped = new StringBuilder();
        int width = 0;
        for (final String word : message.split("(?<=[ \\n])")) {
            if (width > 0 && width + word.length() > MAX_WIDTH) {
                wrapped.append('\n');
                width = 0;
            }
            wrapped.append(word);
            width = word.endsWith("\n") ? 0 : width + word.length();
        }
        return wrapped.toString();
    }
}
