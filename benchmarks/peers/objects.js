// A network of objects, as TensorFlow Playground's is: a node for each unit, a link for each weight, one example at a
// time.  Reads one order a line from standard input: {"rounds": n}; the work comes first, as {"layers": …, "X": …, …}.

"use strict";

const ACTIVATIONS = {
  linear: { output: (z) => z, slope: () => 1 },
  tanh: { output: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { output: (z) => 1 / (1 + Math.exp(-z)), slope: (z) => ACTIVATIONS.sigmoid.output(z) * (1 - ACTIVATIONS.sigmoid.output(z)) },
};

class Node {
  constructor(activation, bias) {
    this.activation = activation;
    this.bias = bias;
    this.inputs = [];
    this.outputs = [];
    this.z = 0;
    this.output = 0;
    this.outputSlope = 0; // ∂L/∂a
    this.inputSlope = 0; // ∂L/∂z
    this.summedSlope = 0;
    this.summed = 0;
  }

  forward() {
    this.z = this.bias;
    for (const link of this.inputs) this.z += link.weight * link.source.output;
    this.output = this.activation.output(this.z);
    return this.output;
  }
}

class Link {
  constructor(source, target, weight) {
    this.source = source;
    this.target = target;
    this.weight = weight;
    this.slope = 0;
    this.summedSlope = 0;
    this.summed = 0;
  }
}

function networkOf(work) {
  const layers = [Array.from({ length: work.inputs }, () => new Node(ACTIVATIONS.linear, 0))];
  work.layers.forEach(([units, activation], index) => {
    const W = work.W[index], b = work.b[index];
    layers.push(Array.from({ length: units }, (_, unit) => {
      const node = new Node(ACTIVATIONS[activation], b[unit]);
      layers[index].forEach((source, place) => {
        const link = new Link(source, node, W[unit][place]);
        node.inputs.push(link);
        source.outputs.push(link);
      });
      return node;
    }));
  });
  return layers;
}

function forward(layers, x) {
  layers[0].forEach((node, place) => (node.output = x[place]));
  for (let index = 1; index < layers.length; index++) for (const node of layers[index]) node.forward();
}

function backward(layers, y, joined) {
  const last = layers[layers.length - 1];
  last.forEach((node, place) => (node.outputSlope = node.output - y[place]));
  for (let index = layers.length - 1; index >= 1; index--) {
    const isJoined = joined && index === layers.length - 1;
    for (const node of layers[index]) {
      node.inputSlope = isJoined ? node.outputSlope : node.outputSlope * node.activation.slope(node.z);
      node.summedSlope += node.inputSlope;
      node.summed++;
      for (const link of node.inputs) {
        link.slope = node.inputSlope * link.source.output;
        link.summedSlope += link.slope;
        link.summed++;
      }
    }
    if (index === 1) continue;
    for (const node of layers[index - 1]) {
      node.outputSlope = 0;
      for (const link of node.outputs) node.outputSlope += link.weight * link.target.inputSlope;
    }
  }
}

function update(layers, eta) {
  for (let index = 1; index < layers.length; index++) {
    for (const node of layers[index]) {
      node.bias -= (eta * node.summedSlope) / node.summed;
      node.summedSlope = node.summed = 0;
      for (const link of node.inputs) {
        link.weight -= (eta * link.summedSlope) / link.summed;
        link.summedSlope = link.summed = 0;
      }
    }
  }
}

function lossOf(layers, y, joined) {
  let sum = 0;
  layers[layers.length - 1].forEach((node, place) => {
    const z = node.z, error = node.output - y[place];
    sum += joined ? Math.max(z, 0) - z * y[place] + Math.log1p(Math.exp(-Math.abs(z))) : 0.5 * error * error;
  });
  return sum;
}

function train(work, rounds) {
  const layers = networkOf(work), joined = work.loss === "binary_crossentropy", losses = [];
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (let row = 0; row < work.X.length; row++) {
      forward(layers, work.X[row]);
      sum += lossOf(layers, work.Y[row], joined);
      backward(layers, work.Y[row], joined);
      update(layers, work.eta);
    }
    losses.push(sum / work.X.length);
  }
  const dense = layers.slice(1);
  return {
    losses,
    W: dense.map((nodes) => nodes.map((node) => node.inputs.map((link) => link.weight))),
    b: dense.map((nodes) => nodes.map((node) => node.bias)),
  };
}

let work = null;
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (work === null) {
    work = order;
    return;
  }
  const before = process.cpuUsage(), result = train(work, order.rounds), used = process.cpuUsage(before);
  console.log(JSON.stringify({ ...result, processor: (used.user + used.system) / 1e6 }));
});
