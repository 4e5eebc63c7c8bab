package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Dictionary of the texts that the events of a task repeat: agents, types, providers, models. A
 * text is written as its index; texts beyond the first {@link #MAX} are written in full.
 */
final class Texts {
    private static final int MAX = 64;
    private static final int IN_FULL = -1;

    private final List<String> texts;

    Texts() {
        this(new ArrayList<>(8));
    }

    private Texts(List<String> texts) {
        this.texts = texts;
    }

    Texts copy() {
        return new Texts(new ArrayList<>(texts));
    }

    void clear() {
        texts.clear();
    }

    /** Adds a text if it is new and there is room. */
    void add(String text) {
        if (texts.size() < MAX && !texts.contains(text)) {
            texts.add(text);
        }
    }

    void write(String text, DataOutput out) throws IOException {
        int index = texts.indexOf(text);
        Varint.write(out, index);
        if (index == IN_FULL) {
            out.writeUTF(text);
        }
    }

    String read(DataInput in) throws IOException {
        int index = (int) Varint.read(in);
        return index == IN_FULL ? in.readUTF() : texts.get(index);
    }

    void writeAll(DataOutput out) throws IOException {
        Varint.write(out, texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    static Texts readAll(DataInput in) throws IOException {
        int size = (int) Varint.read(in);
        List<String> texts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            texts.add(in.readUTF());
        }
        return new Texts(texts);
    }
}
