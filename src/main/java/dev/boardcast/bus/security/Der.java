package dev.boardcast.bus.security;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Writes the few ASN.1 values that a certificate consists of, in DER (X.690). Stateless. */
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0xa0;

  private Der() {}

  static byte[] sequence(byte[]... members) {
    return value(SEQUENCE, members);
  }

  static byte[] set(byte[]... members) {
    return value(SET, members);
  }

  /** A member that is tagged with its number, constructed. */
  static byte[] tagged(int number, byte[] member) {
    return value(CONTEXT | number, member);
  }

  static byte[] bool(boolean value) {
    return value(BOOLEAN, new byte[] {(byte) (value ? 0xff : 0)});
  }

  static byte[] integer(BigInteger value) {
    return value(INTEGER, value.toByteArray());
  }

  /**
   * @param unused how many of the last byte's lowest bits do not count
   */
  static byte[] bits(int unused, byte[] bytes) {
    return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
  }

  static byte[] octets(byte[] bytes) {
    return value(OCTET_STRING, bytes);
  }

  static byte[] text(String text) {
    return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param time {@code yyMMddHHmmssZ}, for years from 1950 to 2049
   */
  static byte[] utcTime(String time) {
    return value(UTC_TIME, time.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * @param time {@code yyyyMMddHHmmssZ}
   */
  static byte[] generalizedTime(String time) {
    return value(GENERALIZED_TIME, time.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * @param encoded the content octets, such as {@code 55 04 03} for 2.5.4.3
   */
  static byte[] objectIdentifier(int... encoded) {
    byte[] content = new byte[encoded.length];
    for (int i = 0; i < encoded.length; i++) content[i] = (byte) encoded[i];
    return value(OBJECT_IDENTIFIER, content);
  }

  private static byte[] value(int tag, byte[]... content) {
    int length = 0;
    for (byte[] part : content) length += part.length;
    var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    writeLength(out, length);
    for (byte[] part : content) out.writeBytes(part);
    return out.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    if (length < 0x80) {
      out.write(length);
      return;
    }
    byte[] bytes = BigInteger.valueOf(length).toByteArray();
    int first = bytes[0] == 0 ? 1 : 0;
    out.write(0x80 | (bytes.length - first));
    out.write(bytes, first, bytes.length - first);
  }
}
