package net.re6st.registry.core;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Gives the bytes and letters it was told to give next, then random ones. */
final class ScriptedRandom extends SecureRandom {
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private String letters = "";

    void nextBytesAre(byte[] script) {
        bytes = ByteBuffer.wrap(script);
    }

    void nextLettersAre(String script) {
        letters = script;
    }

    @Override
    public long nextLong() {
        return bytes.remaining() >= Long.BYTES ? bytes.getLong() : super.nextLong();
    }

    @Override
    public int nextInt() {
        return bytes.remaining() >= Integer.BYTES ? bytes.getInt() : super.nextInt();
    }

    @Override
    public int nextInt(int bound) {
        if (letters.isEmpty()) {
            return super.nextInt(bound);
        }
        int next = letters.charAt(0) - 'a';
        letters = letters.substring(1);
        return next;
    }

    @Override
    public void nextBytes(byte[] target) {
        if (bytes != null && bytes.remaining() >= target.length) {
            bytes.get(target);
        } else {
            super.nextBytes(target);
        }
    }
}
