package dev.boardcast.gateway;

import io.netty.util.NetUtil;

/** A range of addresses: {@code 10.0.0.0/8}, {@code fd00::/8}, or one address alone. */
record CidrBlock(byte[] address, int bits) {
  /**
   * @throws IllegalArgumentException when it is none; names are not looked up
   */
  static CidrBlock parse(String text) {
    String[] parts = text.strip().split("/", 2);
    byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
    int most = address == null ? 0 : address.length * 8;
    int bits = -1;
    if (parts.length == 1) bits = most;
    else if (parts[1].matches("[0-9]{1,3}")) bits = Integer.parseInt(parts[1]);
    if (address == null || bits < 0 || bits > most) {
      throw new IllegalArgumentException("not an address or a network such as 10.0.0.0/8: " + text);
    }
    return new CidrBlock(address, bits);
  }

  boolean contains(String text) {
    byte[] other = NetUtil.createByteArrayFromIpAddressString(text);
    if (other == null || other.length != address.length) return false;
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
    }
    return true;
  }
}
