package dev.boardcast.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A DNS server on a free UDP port of 127.0.0.1, whose records a test changes. */
public final class DnsServer implements AutoCloseable {
  private static final int TTL_SECONDS = 5;

  private record Key(String name, DnsRecordType type) {}

  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<Key, List<byte[]>> records = new ConcurrentHashMap<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final Channel channel;

  public DnsServer() {
    channel =
        new Bootstrap()
            .group(threads)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<DatagramChannel>() {
                  @Override
                  protected void initChannel(DatagramChannel opened) {
                    opened
                        .pipeline()
                        .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder())
                        .addLast(new Answers());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
  }

  /** Its {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Replaces the addresses (A) of a name; none removes it. */
  public void hosts(String name, String... addresses) {
    var data = new ArrayList<byte[]>();
    for (String address : addresses) {
      try {
        data.add(InetAddress.getByName(address).getAddress());
      } catch (UnknownHostException noNumber) {
        throw new IllegalArgumentException(address, noNumber);
      }
    }
    records.put(new Key(name + ".", DnsRecordType.A), data);
  }

  /** Replaces the services (SRV) of a name, all of one host. */
  public void services(String name, String host, List<Integer> ports) {
    var data = new ArrayList<byte[]>();
    for (int port : ports) {
      ByteBuf record = Unpooled.buffer().writeShort(0).writeShort(100).writeShort(port);
      for (String label : host.split("\\.")) {
        byte[] text = label.getBytes(StandardCharsets.US_ASCII);
        record.writeByte(text.length).writeBytes(text);
      }
      record.writeByte(0);
      var bytes = new byte[record.readableBytes()];
      record.readBytes(bytes);
      data.add(bytes);
    }
    records.put(new Key(name + ".", DnsRecordType.SRV), data);
  }

  /** The names that were asked for so far. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    threads.shutdownGracefully();
  }

  private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      questions.add(question.name());
      var response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
      response.setRecursionDesired(true);
      response.addRecord(DnsSection.QUESTION, question);
      boolean isKnown = false;
      for (var each : records.entrySet()) {
        if (!each.getKey().name().equals(question.name()) || each.getValue().isEmpty()) continue;
        isKnown = true;
        if (!each.getKey().type().equals(question.type())) continue;
        for (byte[] data : each.getValue()) {
          var bytes = Unpooled.wrappedBuffer(data);
          response.addRecord(
              DnsSection.ANSWER,
              new DefaultDnsRawRecord(question.name(), question.type(), TTL_SECONDS, bytes));
        }
      }
      if (!isKnown) response.setCode(DnsResponseCode.NXDOMAIN);
      context.writeAndFlush(response);
    }
  }
}
