package dev.boardcast.security;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects that run code of an attacker where they are read, and count that they did. */
final class Payloads {
  static final AtomicInteger RUNS = new AtomicInteger();

  private Payloads() {}

  /** By Java serialization. */
  static final class JavaObject implements Callable<String>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String call() {
      RUNS.incrementAndGet();
      return "ran";
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      RUNS.incrementAndGet();
      in.defaultReadObject();
    }
  }

  /** By the name of its class, as Hazelcast creates it. */
  static final class Named implements Callable<String>, DataSerializable {
    private final String text;

    /** For Hazelcast. */
    Named() {
      RUNS.incrementAndGet();
      text = "";
    }

    Named(String text) {
      this.text = text;
    }

    @Override
    public String call() {
      RUNS.incrementAndGet();
      return text;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeString(text);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      RUNS.incrementAndGet();
      in.readString();
    }
  }
}
