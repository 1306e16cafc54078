import { load, save } from "./store.mjs";

const FILE = "state.json";

load(FILE, (error, state) => {
  if (error) throw error;
  state.count = (state.count ?? 0) + 1;
  save(FILE, state, (error) => {
    if (error) throw error;
    console.log(`count is ${state.count}`);
  });
});
