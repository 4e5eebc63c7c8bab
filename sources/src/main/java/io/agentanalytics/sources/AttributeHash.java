package io.agentanalytics.sources;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Hash of all attributes of a record, independent of their order and of the encoding of the body:
 * the sum of the digests of the attributes. It identifies a record that has no id of its own, so
 * that the record counts once however often it is sent.
 */
final class AttributeHash {
    private static final int ID_CHARS = 22;
    private long high;
    private long low;

    void add(String name, String value) {
        ByteBuffer digest = ByteBuffer.wrap(sha256(name + '\0' + value));
        high += digest.getLong();
        low += digest.getLong();
    }

    /** Returns the id of a log record. */
    String idOf(OtlpRecord r) {
        String text =
                String.join("\0", r.scope(), r.name, Long.toString(r.timeNanos()), r.spanId)
                        + '\0'
                        + Long.toHexString(high)
                        + Long.toHexString(low);
        return Base64.getUrlEncoder().encodeToString(sha256(text)).substring(0, ID_CHARS);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
