package dev.boardcast.web;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A range of addresses: {@code 10.0.0.0/8}, {@code fd00::/8}, {@code [2001:db8::]/32}, or one
 * address alone. Immutable.
 */
public final class CidrBlock {
  private final byte[] address;
  private final int bits;

  private CidrBlock(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /**
   * @throws IllegalArgumentException when it is none; names are not looked up
   */
  public static CidrBlock parse(String text) {
    String[] parts = text.strip().split("/", 2);
    byte[] address =
        IpAddress.parse(parts[0]).map(InetAddress::getAddress).orElseThrow(() -> none(text));
    int most = address.length * 8;
    int bits = most;
    if (parts.length > 1) {
      if (!parts[1].matches("[0-9]{1,3}")) throw none(text);
      bits = Integer.parseInt(parts[1]);
      // The prefix of an IPv4 network written as IPv6 counts the 96 bits before it.
      boolean isMapped = most == 32 && parts[0].contains(":") && !parts[0].matches("[0-9.]+:.*");
      if (isMapped) bits -= 96;
    }
    if (bits < 0 || bits > most) throw none(text);
    return new CidrBlock(address, bits);
  }

  private static IllegalArgumentException none(String text) {
    return new IllegalArgumentException("not an address or a network such as 10.0.0.0/8: " + text);
  }

  /** Whether any of the networks has the address. */
  public static boolean anyContains(List<CidrBlock> networks, InetAddress address) {
    for (CidrBlock network : networks) {
      if (network.contains(address)) return true;
    }
    return false;
  }

  /** Whether it has an address; false for what is none. */
  public boolean contains(String text) {
    return IpAddress.parse(text).map(this::contains).orElse(false);
  }

  /** Whether it has the address. */
  public boolean contains(InetAddress other) {
    byte[] bytes = other.getAddress();
    if (bytes.length != address.length) return false;
    int whole = bits / 8;
    if (!Arrays.equals(address, 0, whole, bytes, 0, whole)) return false;
    int rest = bits % 8;
    if (rest == 0) return true;
    int mask = 0xff << (8 - rest);
    return (address[whole] & mask) == (bytes[whole] & mask);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CidrBlock that
        && bits == that.bits
        && Arrays.equals(address, that.address);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(address) + bits;
  }
}
