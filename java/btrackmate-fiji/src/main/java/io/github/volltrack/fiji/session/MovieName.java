/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.session;

import fiji.plugin.trackmate.Settings;
import ij.ImagePlus;
import ij.io.FileInfo;
import java.io.File;

/** What a movie is called: in the window's title, and in a session's file, which finds its movie by that name. */
final class MovieName {

    private MovieName() {}

    /**
     * Lets an image know its file where only its title does: one that a program made, and named by a path.
     *
     * @param image
     *            is named as its file is afterwards.
     */
    static void findFile(final ImagePlus image) {
        final File file = new File(String.valueOf(image.getTitle()));
        if (image.getOriginalFileInfo() == null && file.isFile()) {
            final FileInfo info = image.getFileInfo();
            info.fileName = file.getName();
            info.directory = file.getAbsoluteFile().getParent() + File.separator;
            image.setFileInfo(info);
        }
        image.setTitle(of(image));
    }

    /**
     * Says that a file will not find its movie again, if so.
     *
     * @param settings
     *            of the session.
     * @return a sentence; empty if the movie is a file.
     */
    static String describeMissingFile(final Settings settings) {
        final String name = settings.imageFileName;
        if (name != null && !name.isEmpty() && settings.imageFolder != null
                && new File(settings.imageFolder, name).isFile()) {
            return "";
        }
        final String title = settings.imp == null ? "of this session" : "'" + settings.imp.getTitle() + "'";
        return "The image " + title + " is no file, so TrackMate will ask for it when it opens this session: save the "
                + "image as TIFF and track that.\n";
    }

    /** Returns the name that a person knows an image by: its title, without the folders of a whole path. */
    static String of(final ImagePlus image) {
        final String title = String.valueOf(image.getTitle());
        final boolean isPath = title.matches("(?s)([A-Za-z]:)?[/\\\\].*") || new File(title).isFile();
        final String name = title.substring(Math.max(title.lastIndexOf('/'), title.lastIndexOf('\\')) + 1);
        return isPath && !name.trim().isEmpty() ? name : title;
    }
}
