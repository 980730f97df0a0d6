package io.bop.aof.testkit.guide;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A user's own code in the guide to testing. */
final class Orders {

  private final AofStream stream;

  Orders(AofStore store) {
    this.stream = store.stream("orders");
  }

  void place(String order) {
    stream.append(order.getBytes(StandardCharsets.UTF_8));
  }

  List<String> all() {
    List<String> orders = new ArrayList<>();
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        orders.add(new String(record.payloadBytes(), StandardCharsets.UTF_8));
      }
    }
    return orders;
  }
}
