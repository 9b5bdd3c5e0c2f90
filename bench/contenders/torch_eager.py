# The same ResNet-50 v1.5 in PyTorch, eager, in the memory format that is faster for it on a CPU.
import json
import resource
import statistics
import sys
import time

import torch
from torch import nn

from torch_resnet50 import CLASSES, resnet50

batch, size, steps = (int(value) for value in sys.argv[1:4])
WARM_UP = 2


def rate(memory_format, count):
    model = resnet50().to(memory_format=memory_format)
    images = torch.randn(batch, 3, size, size).to(memory_format=memory_format)
    labels = torch.arange(batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.875)
    loss_of = nn.CrossEntropyLoss()
    rates = []
    for step in range(WARM_UP + count):
        started = time.perf_counter()
        optimizer.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        if step >= WARM_UP:
            rates.append(batch / (time.perf_counter() - started))
    return statistics.median(rates)


formats = [torch.contiguous_format, torch.channels_last]
fastest = max(formats, key=lambda memory_format: rate(memory_format, 1))
result = rate(fastest, steps)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"imagesPerSecond": result, "peakBytes": peak}))
