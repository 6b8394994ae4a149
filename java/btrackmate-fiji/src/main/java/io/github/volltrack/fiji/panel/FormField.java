/*
 * BTrackMate: TrackMate plug-ins and Fiji commands of VollTrack.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
package io.github.volltrack.fiji.panel;

import io.github.volltrack.fiji.settings.SettingsMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JTextField;

/** One entry of a settings map on the screen. */
final class FormField {

    private final JComponent component;
    private final Consumer<Object> shower;
    private final Supplier<Object> reader;

    private FormField(final JComponent component, final Consumer<Object> shower, final Supplier<Object> reader) {
        this.component = component;
        this.shower = shower;
        this.reader = reader;
    }

    /** A choice that stands for its place, counted from {@code first}. */
    static FormField ofChoice(final JComboBox<String> box, final int first) {
        return new FormField(
                box,
                value -> {
                    final int place = (Integer) value - first;
                    box.setSelectedIndex(place >= 0 && place < box.getItemCount() ? place : 0);
                },
                () -> box.getSelectedIndex() + first);
    }

    static FormField ofWord(final JComboBox<String> box) {
        return new FormField(box, box::setSelectedItem, box::getSelectedItem);
    }

    static FormField ofCheck(final JCheckBox box) {
        return new FormField(box, value -> box.setSelected((Boolean) value), box::isSelected);
    }

    static FormField ofText(final JTextField field) {
        return new FormField(field, value -> field.setText((String) value), field::getText);
    }

    static FormField ofDecimal(final JTextField field) {
        final Object[] last = {0.0};
        return ofNumber(field, last, () -> Double.valueOf(field.getText().trim().replace(',', '.')));
    }

    static FormField ofWhole(final JTextField field) {
        final Object[] last = {0};
        return ofNumber(field, last, () -> Integer.valueOf(field.getText().trim()));
    }

    private static FormField ofNumber(final JTextField field, final Object[] last, final Supplier<Object> parser) {
        return new FormField(
                field,
                value -> {
                    last[0] = value;
                    field.setText(value.toString());
                },
                () -> {
                    try {
                        last[0] = parser.get();
                    } catch (final NumberFormatException exception) {
                        field.setText(last[0].toString()); // what counts is what is seen
                    }
                    return last[0];
                });
    }

    JComponent component() {
        return component;
    }

    /** Shows a value; one that is null, or that cannot be read as what the field holds, leaves it as it is. */
    void show(final Object value) {
        shower.accept(SettingsMap.convert(value, read()));
    }

    Object read() {
        return reader.get();
    }
}
