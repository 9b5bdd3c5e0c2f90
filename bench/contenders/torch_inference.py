# Inference of ResNet-50 v1.5 in PyTorch, channels last: frozen, and frozen and optimised for inference, in turn.
import json
import sys
import time

import torch

from torch_resnet50 import resnet50

batch, size, steps = (int(value) for value in sys.argv[1:4])
ROUNDS = 3

images = torch.randn(batch, 3, size, size).to(memory_format=torch.channels_last)
network = resnet50().eval().to(memory_format=torch.channels_last)
rates = {}
with torch.inference_mode():
    frozen = torch.jit.freeze(torch.jit.trace(network, images))
    optimised = torch.jit.optimize_for_inference(torch.jit.trace(network, images))
    forms = {"frozen": frozen, "optimised": optimised}
    # The first calls compile.
    for form in forms.values():
        for _ in range(2):
            form(images)
    for _ in range(ROUNDS):
        for name, form in forms.items():
            started = time.perf_counter()
            for _ in range(steps):
                form(images)
            rates.setdefault(name, []).append(batch * steps / (time.perf_counter() - started))
print(json.dumps(rates))
