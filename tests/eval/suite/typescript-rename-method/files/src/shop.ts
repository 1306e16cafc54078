import { Basket } from "./basket";
import { add } from "./sums";

export function checkout(): number {
  const basket = new Basket();
  basket.add("pear");
  basket.add("fig", 3);
  return add(basket.size, 1);
}
